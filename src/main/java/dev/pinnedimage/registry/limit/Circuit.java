package dev.pinnedimage.registry.limit;

import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Whether one host is worth asking. After {@value #FAILURES} failures in a row it is open:
 * everybody is answered with the last failure, without a connection. After a back-off one exchange
 * is let through to see; a success closes it.
 */
final class Circuit {
  private static final int FAILURES = 3;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LEAST = Duration.ofMillis(500);

  /** A minute and no more: it is one request for the whole host, and many wait for its success. */
  private static final Duration MOST = Duration.ofMinutes(1);

  /** Longer than an exchange may take: meanwhile its outcome decides for all. */
  private static final Duration PROBE = Duration.ofSeconds(12);

  private int failures;
  private int rounds;
  private Instant nextTry = Instant.MIN;
  private @Nullable Refusal last;

  /**
   * Lets an exchange pass.
   *
   * @return the round that it belongs to, for {@link #failed}
   * @throws Refusal the last failure, with the moment of the next try
   */
  synchronized int enter(Instant now) throws Refusal {
    if (last != null && isOpen()) {
      if (now.isBefore(nextTry)) {
        throw last.until(nextTry);
      }
      nextTry = now.plus(PROBE);
    }
    return rounds;
  }

  private boolean isOpen() {
    return failures >= FAILURES;
  }

  synchronized void succeeded() {
    failures = 0;
    last = null;
  }

  /**
   * Counts a failure; those that were under way when the circuit opened count once.
   *
   * @return the failure, with the moment of the next try where the circuit is open
   */
  synchronized Refusal failed(int round, Refusal why, Instant now, RandomGenerator random) {
    if (round == rounds) {
      failures++;
      last = why;
      if (isOpen()) {
        rounds++;
        nextTry = now.plus(backOff(random));
      }
    }
    return isOpen() ? why.until(nextTry) : why;
  }

  /**
   * Full jitter over 1 s, 2 s, 4 s …, so that operators of many clusters do not return together.
   */
  private Duration backOff(RandomGenerator random) {
    Duration grown = FIRST.multipliedBy(1L << Math.min(failures - FAILURES, 20));
    Duration cap = grown.compareTo(MOST) < 0 ? grown : MOST;
    Duration drawn = Duration.ofNanos((long) (cap.toNanos() * random.nextDouble()));
    return drawn.compareTo(LEAST) < 0 ? LEAST : drawn;
  }
}
