package dev.pinnedimage.registry.limit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A deadline for work that stands still while the work waits for its own turn: a host's pace is
 * ours, and must not count as the host's silence.
 */
public final class Patience {
  private static final ScopedValue<Patience> CURRENT = ScopedValue.newInstance();
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(10);

  private static final Duration CLOSING = Duration.ofMillis(200);

  /** A wait that an interrupt ends. */
  @FunctionalInterface
  interface Wait {
    void run() throws InterruptedException;
  }

  private final long started = System.nanoTime();
  private long waited;
  private long waitingSince;
  private boolean waits;

  /**
   * Runs the work on a virtual thread of its own, which is interrupted at the deadline.
   *
   * @throws TimeoutException at the deadline
   * @throws ExecutionException with what the work has thrown
   */
  public static <T> T within(Duration deadline, Callable<T> work)
      throws TimeoutException, ExecutionException, InterruptedException {
    var patience = new Patience();
    var task =
        new FutureTask<T>(
            () -> ScopedValue.where(CURRENT, patience).<T, Exception>call(work::call));
    Thread thread = Thread.ofVirtual().name("registry-exchange").start(task);
    try {
      return patience.await(task, deadline);
    } catch (TimeoutException e) {
      task.cancel(true);
      // Its connection is closed before the next one may be opened.
      thread.join(CLOSING);
      throw e;
    } finally {
      task.cancel(true);
    }
  }

  private <T> T await(FutureTask<T> task, Duration deadline)
      throws TimeoutException, ExecutionException, InterruptedException {
    while (true) {
      try {
        long wait = Math.max(deadline.toNanos() - spent(), LOOK_AGAIN);
        return task.get(wait, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (spent() >= deadline.toNanos()) {
          throw e;
        }
      }
    }
  }

  /** Work that is under no deadline just waits. */
  static void waiting(Wait wait) throws InterruptedException {
    if (!CURRENT.isBound()) {
      wait.run();
      return;
    }
    Patience patience = CURRENT.get();
    patience.pause();
    try {
      wait.run();
    } finally {
      patience.resume();
    }
  }

  private synchronized void pause() {
    waits = true;
    waitingSince = System.nanoTime();
  }

  private synchronized void resume() {
    waits = false;
    waited += System.nanoTime() - waitingSince;
  }

  private synchronized long spent() {
    long end = waits ? waitingSince : System.nanoTime();
    return end - started - waited;
  }
}
