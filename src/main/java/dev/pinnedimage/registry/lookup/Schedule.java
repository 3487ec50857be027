package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.wire.RetryAfter;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * How long to wait after a look-up, decided when it ends except for the interval, which subscribers
 * may still change.
 *
 * @param failures how many in a row, this one included; 0 after a success
 * @param successes how many since the entry was made, counted up to 2
 * @param chance drawn in [0, 1) when the look-up ended
 */
record Schedule(int failures, int successes, double chance) {
  static final Schedule START = new Schedule(0, 0, 0);

  private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  private static final Duration MIN_BACK_OFF = Duration.ofMillis(500);
  private static final Duration MAX_BACK_OFF = Duration.ofMinutes(5);

  private static final Duration MAX_SPREAD = Duration.ofSeconds(10);

  /** Secrets are read again this often after a failure of credentials. */
  private static final Duration ON_CHANGE = Duration.ofSeconds(30);

  private static final Duration UNTIL_UNKNOWN = Duration.ofMinutes(1);
  private static final double MAX_SHORTENING = 0.1;

  Schedule next(Resolution now, RandomGenerator random) {
    double drawn = random.nextDouble();
    return now instanceof Unresolved
        ? new Schedule(failures + 1, successes, drawn)
        : new Schedule(0, Math.min(successes + 1, 2), drawn);
  }

  Duration delay(Resolution resolution, Instant checkedAt, Duration interval) {
    return switch (resolution) {
      case Resolution.Resolved resolved -> spread(interval);
      case Unresolved failure -> afterFailure(failure, checkedAt, interval);
    };
  }

  /**
   * Only the first interval is shortened (by at most 10 %): that spreads what a start made
   * simultaneous, and they stay apart, while the budget of one HEAD per interval holds.
   */
  private Duration spread(Duration interval) {
    return successes == 1 ? times(interval, 1 - MAX_SHORTENING * chance) : interval;
  }

  private Duration afterFailure(Unresolved failure, Instant checkedAt, Duration interval) {
    Instant retryAt = failure.retryAt();
    if (retryAt != null) {
      return RetryAfter.clamp(Duration.between(checkedAt, retryAt)).plus(notAllAtOnce(interval));
    }
    return switch (failure.reason().retry()) {
      case AT_TIME -> UNTIL_UNKNOWN;
      case SLOW -> interval;
      case ON_CHANGE -> min(ON_CHANGE, interval);
      case BACK_OFF -> backOff(interval);
    };
  }

  /** The same moment was named to all references of a host: the first that comes tries for all. */
  private Duration notAllAtOnce(Duration interval) {
    return times(min(MAX_SPREAD, interval), chance);
  }

  /** Full jitter over 1 s, 2 s, 4 s …, so that many that failed together do not return together. */
  private Duration backOff(Duration interval) {
    Duration cap = min(MAX_BACK_OFF, interval);
    Duration grown = FIRST_BACK_OFF.multipliedBy(1L << Math.min(failures - 1, 20));
    Duration drawn = times(min(cap, grown), chance);
    return drawn.compareTo(MIN_BACK_OFF) < 0 ? MIN_BACK_OFF : drawn;
  }

  static Duration min(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  private static Duration times(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }
}
