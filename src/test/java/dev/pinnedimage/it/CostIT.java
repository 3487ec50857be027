package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.AccessLogLine;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** What a thousand PinnedImages cost a registry, by its own access log. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("counts what a thousand objects cost")
class CostIT {
  private static final int PINNED_IMAGES = 1000;
  private static final int REFERENCES = 100;
  private static final int PER_SECOND = 40;

  /** The longest that a host is left alone without having asked for it. */
  private static final Duration CIRCUIT_CAP = Duration.ofMinutes(1);

  private RegistryServer registry;
  private World world;
  private Fleet fleet;

  @BeforeAll
  void start(ControlPlane cluster) {
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "cost", "requestsPerSecond: " + PER_SECOND);
    fleet = Fleet.create(world, REFERENCES, PINNED_IMAGES);
  }

  @AfterAll
  void stop() {
    world.close();
    registry.close();
  }

  @Test
  void sendsExactlyOneHeadPerReferenceAndIntervalAndNoGet() {
    fleet.awaitAll(PINNED_IMAGES, "True", "Resolved", World.PATIENCE);
    fleet.lookNow();
    fleet.awaitPause();
    int writes = writes().size();

    for (int interval = 0; interval < 3; interval++) {
      List<AccessLogLine> round = fleet.nextRound();
      assertThat(round).hasSize(REFERENCES);
      assertThat(round).extracting(AccessLogLine::method).containsOnly("HEAD");
      assertThat(round).extracting(AccessLogLine::path).doesNotHaveDuplicates();
    }
    assertThat(writes()).hasSize(writes);
  }

  @Test
  void comesBackFromAnOutageWithinAnIntervalAndTheCapAndWithoutAHerd() {
    fleet.awaitAll(PINNED_IMAGES, "True", "Resolved", World.PATIENCE);
    registry.stop();
    fleet.awaitAll(PINNED_IMAGES, "Unknown", "RegistryUnreachable", World.PATIENCE);
    int before = registry.accessLog().size();

    registry.restart();
    long start = System.nanoTime();
    fleet.awaitAll(PINNED_IMAGES, "True", "Resolved", CIRCUIT_CAP.plus(Fleet.INTERVAL));
    Duration took = Duration.ofNanos(System.nanoTime() - start);

    List<AccessLogLine> requests = fleet.requests(before);
    System.out.printf(
        "%d PinnedImages resolved again %d ms after the registry's restart; at most %d requests in a second%n",
        PINNED_IMAGES, took.toMillis(), peak(requests));
    assertThat(requests).extracting(AccessLogLine::method).containsOnly("HEAD");
    // A second's worth and a full bucket; one more, since the log's seconds are not the bucket's.
    assertThat(peak(requests)).isLessThanOrEqualTo(PER_SECOND + PER_SECOND / 2 + 1);
  }

  private static long peak(List<AccessLogLine> requests) {
    Map<Instant, Long> bySecond =
        requests.stream()
            .collect(Collectors.groupingBy(AccessLogLine::second, Collectors.counting()));
    return bySecond.values().stream().mapToLong(n -> n).max().orElse(0);
  }

  private List<AuditEvent> writes() {
    return world.cluster.audit(
        event -> event.isWrite() && event.user().endsWith(":pinnedimage-operator"));
  }
}
