package dev.pinnedimage.harness;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits on conditions, with a deadline; a condition that throws does not hold yet. */
final class Await {
  private static final Duration POLL = Duration.ofMillis(25);

  private Await() {}

  /**
   * @throws IllegalStateException naming {@code what} (and the last reason why not) after the
   *     deadline
   */
  static void until(String what, Duration deadline, Callable<Boolean> condition) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      Attempt attempt = Attempt.of(condition);
      if (attempt.holds()) {
        return;
      }
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "after %d s still waiting for %s%s"
                .formatted(deadline.toSeconds(), what, attempt.why()));
      }
      pause(what);
    }
  }

  private static void pause(String what) {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      throw Interrupted.at("waiting for " + what, e);
    }
  }

  private record Attempt(boolean holds, String why) {
    @SuppressWarnings("CatchAndPrintStackTrace") // nothing is swallowed: the message carries it
    static Attempt of(Callable<Boolean> condition) {
      try {
        return new Attempt(condition.call(), "");
      } catch (ManagedProcess.Died | Interrupted e) {
        throw e;
      } catch (Exception e) {
        return new Attempt(false, ": " + e);
      }
    }
  }
}
