package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One identity at one registry for all who ask at once: acquired by one of them, kept until shortly
 * before it expires, and not asked for again for a while after a failure.
 */
final class SharedCredential {
  /** Before it expires, or the last tenth of a shorter life: clocks differ, look-ups take time. */
  private static final Duration EARLY = Duration.ofMinutes(5);

  private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(30);

  private final String name;
  private final Callable<Acquired> acquisition;
  private final Duration deadline;
  private final InstantSource clock;
  private @Nullable FutureTask<State> latest;

  SharedCredential(
      String name, Callable<Acquired> acquisition, Duration deadline, InstantSource clock) {
    this.name = name;
    this.acquisition = acquisition;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** What is known, and until when there is no need to ask. */
  private sealed interface State {
    Instant until();
  }

  private record Has(Credential credential, Instant until, Instant expiresAt) implements State {}

  private record Lacks(Refusal refusal, Instant until) implements State {}

  /** Waits no longer than the deadline, whoever began to ask. */
  Credential get() throws Refusal {
    try {
      return switch (current().get()) {
        case Has has -> has.credential();
        case Lacks lacks -> throw lacks.refusal();
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.because("waiting for %s was stopped", name);
    } catch (ExecutionException e) {
      throw new IllegalStateException("an acquisition failed unexpectedly", e.getCause());
    }
  }

  private synchronized FutureTask<State> current() {
    FutureTask<State> known = latest;
    if (known != null && (!known.isDone() || isFresh(known))) {
      return known;
    }
    State before = known != null && succeeded(known) ? known.resultNow() : null;
    var next = new FutureTask<>(() -> next(before));
    latest = next;
    // On a thread of its own: whoever waits may give up, the others go on.
    Thread.ofVirtual().name("ambient-identity").start(next);
    return next;
  }

  private boolean isFresh(FutureTask<State> known) {
    return succeeded(known) && clock.instant().isBefore(known.resultNow().until());
  }

  private static boolean succeeded(FutureTask<State> task) {
    return task.state() == Future.State.SUCCESS;
  }

  private State next(@Nullable State before) {
    try {
      Acquired acquired = withinDeadline();
      Instant now = clock.instant();
      return new Has(acquired.credential(), renewAt(now, acquired), acquired.expiresAt());
    } catch (Refusal e) {
      Instant again = clock.instant().plus(AFTER_A_FAILURE);
      // What was acquired before is renewed early, and so is good for a while yet.
      return before instanceof Has has && has.expiresAt().isAfter(again)
          ? new Has(has.credential(), again, has.expiresAt())
          : new Lacks(e, again);
    }
  }

  private static Instant renewAt(Instant now, Acquired acquired) {
    Duration tenth = Duration.between(now, acquired.expiresAt()).dividedBy(10);
    return acquired.expiresAt().minus(tenth.compareTo(EARLY) < 0 ? tenth : EARLY);
  }

  private Acquired withinDeadline() throws Refusal {
    var task = new FutureTask<>(acquisition);
    Thread.ofVirtual().name("ambient-acquisition").start(task);
    try {
      return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw Failures.because("%s was not to be had within %d s", name, deadline.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failures.because("acquiring %s was stopped", name);
    } catch (ExecutionException e) {
      throw explain(e.getCause());
    } finally {
      task.cancel(true);
    }
  }

  /** A library's message may quote what was sent, so only a refusal of ours is repeated. */
  private Refusal explain(@Nullable Throwable cause) {
    return switch (cause) {
      case Refusal refusal -> refusal;
      case Error defect -> throw defect;
      case null, default ->
          Failures.because(
              "%s was not to be had: no connection, or no answer that makes sense", name);
    };
  }
}
