package dev.pinnedimage.admission;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether the policy does what it should, by the answers to our own requests. An API server that
 * has just started may not know it yet, or not the latest status: that takes seconds.
 */
final class Effect {
  private static final int MISSES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TRY_AGAIN = Duration.ofMinutes(5);

  private int misses;
  private @Nullable Instant firstMiss;
  private @Nullable Instant givenUp;

  /** One request came back with the pin. */
  synchronized void rewritten() {
    misses = 0;
    firstMiss = null;
    givenUp = null;
  }

  synchronized void missed(Instant now) {
    misses++;
    firstMiss = firstMiss == null ? now : firstMiss;
    if (misses >= MISSES && !now.isBefore(firstMiss.plus(PATIENCE))) {
      givenUp = now;
    }
  }

  /** False for five minutes after it was given up; then one more try tells. */
  synchronized boolean isExpected(Instant now) {
    return givenUp == null || !now.isBefore(givenUp.plus(TRY_AGAIN));
  }
}
