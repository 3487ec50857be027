package dev.pinnedimage.bench;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.lookup.Answer;
import dev.pinnedimage.registry.lookup.LimitedResolver;
import dev.pinnedimage.registry.lookup.Lookups;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Subscribers that ask as PinnedImages do, with the operator's own limits. */
public final class Traffic implements AutoCloseable {
  public static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int TOTAL = 64;
  private static final int PER_HOST = 8;
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(50);

  private final List<Query> queries;
  private final String timedHost;
  private final LimitedResolver resolver;
  private final Thread asker;
  private final Lookups<Integer> lookups;
  private final Queue<Double> millis = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param timedHost whose look-ups are timed, from the wait for a turn to the answer
   */
  public Traffic(RegistrySettings settings, String timedHost, List<Query> queries) {
    this.queries = queries;
    this.timedHost = timedHost;
    this.resolver =
        new LimitedResolver(
            new RegistryResolver(settings, InstantSource.system()), TOTAL, PER_HOST);
    this.lookups =
        new Lookups<>(this::timed, InstantSource.system(), new Random(), threads, _ -> {});
    this.asker = Thread.ofVirtual().unstarted(this::askOn);
    asker.start();
  }

  private Resolution timed(Query query) {
    long start = System.nanoTime();
    Resolution resolution = resolver.resolve(query);
    if (query.reference().registry().equals(timedHost)) {
      millis.add((System.nanoTime() - start) / 1e6);
    }
    return resolution;
  }

  private void askOn() {
    while (!Thread.currentThread().isInterrupted()) {
      ask();
      LockSupport.parkNanos(TICK);
    }
  }

  private void ask() {
    for (int i = 0; i < queries.size(); i++) {
      lookups.ask(queries.get(i), INTERVAL, i);
    }
  }

  /** Lets it run. */
  public void run(Duration time) {
    await().pollDelay(time).atMost(time.plusSeconds(5)).until(() -> true);
  }

  /** How many of the queries have a good answer now. */
  public long resolved() {
    return queries.stream()
        .flatMap(query -> lookups.ask(query, INTERVAL, queries.indexOf(query)).stream())
        .map(Answer::resolution)
        .filter(Resolved.class::isInstance)
        .count();
  }

  /** Of the timed look-ups so far, the first ones of each reference included. */
  public List<Double> millis() {
    return List.copyOf(millis);
  }

  public void forgetTimes() {
    millis.clear();
  }

  @Override
  public void close() {
    // First whoever would still start a look-up.
    asker.interrupt();
    try {
      asker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
  }
}
