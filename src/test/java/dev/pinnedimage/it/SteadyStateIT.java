package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.AccessLogLine;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * What the operator costs while nothing happens, by the registry's access log and the API server's
 * audit log and resourceVersions, not by our own counters.
 */
@RealCluster
@Order(1)
class SteadyStateIT {
  private static final int INTERVALS = 10;

  @Test
  void sendsOneHeadPerReferenceAndIntervalAndWritesNothing(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.start();
        World world = World.start(cluster, registry, "steady")) {
      PushedImage one = world.push("one", "1", "a");
      PushedImage two = world.push("two", "1", "a");
      world.deploy("one", one.reference(registry));
      world.deploy("two", two.reference(registry));
      world.pin("one", one.reference(registry), "workloadSelector: {matchLabels: {app: one}}");
      world.pin(
          "one-again", one.reference(registry), "workloadSelector: {matchLabels: {app: nobody}}");
      world.pin("two", two.reference(registry));
      world.awaitPinned("one", one);
      world.awaitReady("one-again");
      world.awaitPinned("two", two);
      // The first interval is shortened by jitter: count from the second check of each on.
      await()
          .atMost(World.PATIENCE)
          .until(() -> counts(registry, 0).values().stream().allMatch(n -> n >= 3));

      int before = registry.accessLog().size();
      String versions = versions(world);
      int writes = writes(world).size();
      long start = System.nanoTime();
      await()
          .atMost(Duration.ofSeconds(10 * (INTERVALS + 3)))
          .pollInterval(Duration.ofMillis(200))
          .until(() ->
              counts(registry, before).values().stream().mapToLong(n -> n).sum() >= 2 * INTERVALS);
      Duration took = Duration.ofNanos(System.nanoTime() - start);

      assertThat(took).isGreaterThan(Duration.ofSeconds(10 * (INTERVALS - 1) - 1));
      assertThat(registry.accessLog().subList(before, registry.accessLog().size()))
          .extracting(AccessLogLine::method)
          .containsOnly("HEAD");
      assertThat(counts(registry, before).values()).allMatch(n -> n <= INTERVALS + 1);
      assertThat(versions(world)).isEqualTo(versions);
      assertThat(writes(world)).hasSize(writes);
    }
  }

  private static Map<String, Long> counts(RegistryServer registry, int from) {
    List<AccessLogLine> lines = registry.accessLog();
    return lines.subList(from, lines.size()).stream()
        .filter(line -> line.method().equals("HEAD"))
        .filter(line -> line.userAgent().startsWith("pinnedimage-operator"))
        .collect(Collectors.groupingBy(AccessLogLine::path, Collectors.counting()));
  }

  private static String versions(World world) {
    return world.cluster.kubectl(
        "get",
        "pin,deploy",
        "-n",
        world.namespace,
        "-o",
        "jsonpath={range .items[*]}{.kind}/{.metadata.name}={.metadata.resourceVersion}{\"\\n\"}{end}");
  }

  private static List<AuditEvent> writes(World world) {
    return world.cluster.audit(event ->
        event.isWrite()
            && event.namespace().equals(world.namespace)
            && event.user().endsWith(":pinnedimage-operator"));
  }
}
