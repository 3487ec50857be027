package dev.pinnedimage.bench;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a stalled and a dead registry cost the others, over minutes: how long the others' look-ups
 * take beside a run without them, what grows, and how a registry is met that was away for a minute.
 * The argument is the minutes for what must not grow; exit code 1 where a bound is broken.
 */
public final class RegistrySoak {
  private static final int RUNS = 5;
  private static final Duration RUN = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(60);
  private static final Duration CIRCUIT_CAP = Duration.ofMinutes(1);

  private boolean broken;

  private RegistrySoak() {}

  public static void main(String[] args) {
    Duration minutes = Duration.ofMinutes(args.length > 0 ? Long.parseLong(args[0]) : 10);
    var soak = new RegistrySoak();
    System.out.printf("%-52s %12s %12s%n", "", "measured", "at most");
    try (Outages registries = new Outages()) {
      soak.delay(registries);
      soak.growth(registries, minutes);
      soak.outage(registries);
    }
    System.exit(soak.broken ? 1 : 0);
  }

  private void delay(Outages registries) {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    for (int run = 0; run < RUNS; run++) {
      without.add(median(registries.healthy()));
      with.add(median(registries.troubled()));
    }
    double ratio = middle(with) / middle(without);
    System.out.printf("%-52s %9.3f ms%n", "median look-up, all registries well", middle(without));
    System.out.printf("%-52s %9.3f ms%n", "the same beside a stalled and a dead one", middle(with));
    row("ratio, median of " + RUNS + " runs each", ratio, 1.25);
  }

  /** The first checks are left out: each begins with a connection and a GET. */
  private static double median(Traffic started) {
    try (started) {
      started.run(Traffic.INTERVAL);
      started.forgetTimes();
      started.run(RUN);
      return middle(started.millis());
    }
  }

  private void growth(Outages registries, Duration time) {
    try (Traffic traffic = registries.troubled()) {
      traffic.run(Traffic.INTERVAL.multipliedBy(3));
      long heap = Outages.heapMiB();
      int threads = Outages.threads();
      int connections = registries.stalled().all();
      traffic.run(time);
      row(
          "growth of the heap in " + time.toMinutes() + " min, MiB",
          (double) (Outages.heapMiB() - heap),
          8);
      row("growth of threads", Outages.threads() - threads, 4);
      // One try a minute at the back-off's cap; full jitter may make it twice as many or more.
      double tries = registries.stalled().all() - connections;
      row("connections to the stalled one", tries, 10 + 6.0 * time.toMinutes());
      row("of those at one time, ever", registries.stalled().most(), 8);
    }
  }

  private void outage(Outages registries) {
    try (Traffic traffic = registries.healthy()) {
      await().atMost(Duration.ofMinutes(1)).until(() -> traffic.resolved() == 100);
      registries.good().stop();
      traffic.run(OUTAGE);
      int before = registries.good().accessLog().size();
      registries.good().restart();
      long start = System.nanoTime();
      await().atMost(Duration.ofMinutes(5)).until(() -> traffic.resolved() == 100);
      double seconds = (System.nanoTime() - start) / 1e9;
      row(
          "recovery after an outage of 60 s, s",
          seconds,
          (double) CIRCUIT_CAP.plus(Traffic.INTERVAL).toSeconds());
      traffic.run(Traffic.INTERVAL);
      row(
          "requests in its busiest second",
          (double) registries.peak(before),
          Outages.PER_SECOND * 1.5 + 1);
    }
  }

  private void row(String what, double measured, double bound) {
    broken |= measured > bound;
    System.out.printf(
        "%-52s %12.2f %12.2f%s%n", what, measured, bound, measured > bound ? "  BROKEN" : "");
  }

  private static double middle(List<Double> values) {
    return values.stream().sorted(Comparator.naturalOrder()).toList().get(values.size() / 2);
  }
}
