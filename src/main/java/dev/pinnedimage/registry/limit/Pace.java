package dev.pinnedimage.registry.limit;

import dev.pinnedimage.registry.RegistryHost;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A token bucket for each host. Whoever comes is given the next free moment and sleeps until then:
 * first come, first served, and nobody polls.
 *
 * <p>Thread-safe, and meant to outlive a change of settings: the rate comes with each request, what
 * was spent stays.
 */
public final class Pace {
  public static final double DEFAULT_REQUESTS_PER_SECOND = 10;

  /**
   * A bucket that nobody used holds this much: a new image is read without a wait, a herd is not.
   */
  private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Of a thread that waits for its turn. */
  @FunctionalInterface
  interface Sleep {
    void nanos(long nanos) throws InterruptedException;
  }

  private static final class Bucket {
    private long free;

    Bucket(long now) {
      free = now - BURST_NANOS;
    }

    synchronized long reserve(long now, double perSecond) {
      long step = (long) (TimeUnit.SECONDS.toNanos(1) / perSecond);
      long fullest = now - Math.max(0, BURST_NANOS - step);
      long mine = Math.max(free, fullest);
      free = mine + step;
      return Math.max(0, mine - now);
    }
  }

  private final LongSupplier nanos;
  private final Sleep sleep;
  private final PerHost<String, Bucket> buckets;

  public Pace() {
    this(System::nanoTime, TimeUnit.NANOSECONDS::sleep);
  }

  /**
   * @param nanos as {@link System#nanoTime}
   */
  Pace(LongSupplier nanos, Sleep sleep) {
    this.nanos = nanos;
    this.sleep = sleep;
    this.buckets = new PerHost<>(() -> new Bucket(nanos.getAsLong()));
  }

  /** Returns when the next request to the host may go; no {@link Patience} counts the wait. */
  public void await(RegistryHost host) throws InterruptedException {
    double perSecond =
        Objects.requireNonNullElse(host.requestsPerSecond(), DEFAULT_REQUESTS_PER_SECOND);
    long wait = buckets.of(host.host()).reserve(nanos.getAsLong(), perSecond);
    if (wait > 0) {
      Patience.waiting(() -> sleep.nanos(wait));
    }
  }
}
