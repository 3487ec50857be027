package dev.pinnedimage.notification;

import java.time.Duration;
import java.time.Instant;

/** How many requests of one source are heard: so many at once, and so many a second after that. */
final class TokenBucket {
  private final int capacity;
  private final double perSecond;
  private double tokens;
  private Instant filledAt = Instant.MIN;

  /** Starts full. */
  TokenBucket(int capacity, double perSecond) {
    this.capacity = capacity;
    this.perSecond = perSecond;
    this.tokens = capacity;
  }

  synchronized boolean take(Instant now) {
    if (now.isAfter(filledAt)) {
      tokens = filledAt.equals(Instant.MIN) ? capacity : Math.min(capacity, tokens + since(now));
      filledAt = now;
    }
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  private double since(Instant now) {
    return perSecond * Duration.between(filledAt, now).toMillis() / 1000.0;
  }
}
