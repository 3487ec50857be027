package dev.pinnedimage.bench;

import dev.pinnedimage.harness.AccessLogLine;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RegistrySettings;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One registry that works, one that takes connections and never answers, one that is not there. */
public final class Outages implements AutoCloseable {
  public static final int PER_SECOND = 40;
  private static final int REFERENCES = 100;

  /** Nothing listens on it: a port of the reserved ones. */
  private static final String DEAD = "127.0.0.1:1";

  private final RegistryServer good = RegistryServer.start();
  private final StalledRegistry stalled = new StalledRegistry();

  public Outages() {
    var images = new TestImages(good);
    images.pushIndex("fleet", "t0", "a", "linux/amd64", "linux/arm64");
    IntStream.range(1, REFERENCES).forEach(i -> images.pusher().retag("fleet", "t0", "t" + i));
  }

  public RegistryServer good() {
    return good;
  }

  public StalledRegistry stalled() {
    return stalled;
  }

  /** A hundred references of the good one. */
  public Traffic healthy() {
    return new Traffic(settings(), good.host(), queries(good.host()));
  }

  /** And a hundred of each of the others. */
  public Traffic troubled() {
    return new Traffic(
        settings(),
        good.host(),
        Stream.of(good.host(), stalled.host(), DEAD).flatMap(h -> queries(h).stream()).toList());
  }

  private RegistrySettings settings() {
    return Fixtures.settings(
        Map.of("host", good.host(), "plainHttp", true, "requestsPerSecond", PER_SECOND),
        Map.of("host", stalled.host(), "plainHttp", true),
        Map.of("host", DEAD, "plainHttp", true));
  }

  private static List<Query> queries(String host) {
    return IntStream.range(0, REFERENCES)
        .mapToObj(i -> Fixtures.query(host + "/fleet:t" + i))
        .toList();
  }

  /** The most requests within one second of the good registry's log, from a line of it on. */
  public long peak(int from) {
    List<AccessLogLine> lines = good.accessLog();
    Map<Instant, Long> bySecond =
        lines.subList(from, lines.size()).stream()
            .filter(AccessLogLine::isByOperator)
            .collect(Collectors.groupingBy(AccessLogLine::second, Collectors.counting()));
    return bySecond.values().stream().mapToLong(n -> n).max().orElse(0);
  }

  /** After a collection. */
  public static long heapMiB() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (1024 * 1024);
  }

  /** Of the platform, which carry the virtual ones. */
  public static int threads() {
    return ManagementFactory.getThreadMXBean().getThreadCount();
  }

  @Override
  public void close() {
    stalled.close();
    good.close();
  }
}
