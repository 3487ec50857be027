package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.harness.ToxicCertificates;
import dev.pinnedimage.harness.ToxicProxy;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every fault at once, each on a registry of its own as far as the operator can tell: in none does
 * anything unpin, hang past its deadline or pin wrongly. {@code make faults} writes the page.
 */
@RealCluster
class FaultTableIT {
  private static final Path PAGE = Path.of("docs/faults.md");
  private static final String HELD = "held, and written to a new workload";

  @Test
  void holdsThePinWhateverTheRegistryDoes(ControlPlane cluster, RegistryServer registry)
      throws IOException {
    List<FaultRow> rows = new ArrayList<>();
    try (var certificates = new ToxicCertificates()) {
      PushedImage image =
          new TestImages(registry).pushIndex("faults", "1", "faults", World.AMD64, World.ARM64);
      for (Fault fault : Faults.all()) {
        ToxicProxy proxy =
            fault.tls()
                ? ToxicProxy.withTls(registry, certificates.serving("right"))
                : ToxicProxy.before(registry);
        rows.add(new FaultRow("f" + rows.size(), fault, proxy, image));
      }
      try (World world = World.start(cluster, registry, "faults", entries(rows, certificates))) {
        pinAll(world, rows, image);
        breakAll(world, rows, certificates, image);
        List<String> table = table(world, rows);
        mendAll(world, rows, image);
        compare(FaultPage.of(table));
      }
    } finally {
      rows.forEach(row -> row.proxy.close());
    }
  }

  private static String entries(List<FaultRow> rows, ToxicCertificates certificates) {
    return rows.stream()
        .map(row ->
            "- host: %s\n  %s\n"
                .formatted(
                    row.proxy.host(),
                    row.fault.tls()
                        ? "caFile: " + certificates.caFile() + "\n  allowPrivateAddresses: true"
                        : "plainHttp: true"))
        .collect(Collectors.joining());
  }

  private static void pinAll(World world, List<FaultRow> rows, PushedImage image) {
    for (FaultRow row : rows) {
      deploy(world, row.name, row.tagged());
      world.pin(row.name, row.tagged());
    }
    for (FaultRow row : rows) {
      world.awaitPinned(row.name, image);
    }
  }

  /** Without pods: a rollout of each would be the cluster's work, and say nothing. */
  private static void deploy(World world, String name, String image) {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s}
        spec:
          replicas: 0
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec: {containers: [{name: c, image: "%s"}]}
        """
            .formatted(name, world.namespace, name, name, image);
    var client = world.client();
    client.resource(client.getKubernetesSerialization().unmarshal(yaml, Deployment.class)).create();
  }

  private static void breakAll(
      World world, List<FaultRow> rows, ToxicCertificates certificates, PushedImage image) {
    rows.forEach(row -> row.fault.cause().accept(row.proxy, certificates));
    rows.forEach(FaultRow::startClock);
    world.cluster.kubectl(
        "annotate", "pin", "--all", "-n", world.namespace, "pinnedimage.dev/requestedAt=broken");
    watch(world, rows, FaultRow::watchFailing, FaultRow::hasFailed);
    for (FaultRow row : rows) {
      deploy(world, row.during(), row.tagged());
    }
    for (FaultRow row : rows) {
      world.awaitImages(row.during(), row.pinned());
    }
    requirePinned(world, rows, image);
  }

  private static List<String> table(World world, List<FaultRow> rows) {
    return rows.stream()
        .map(row ->
            row.markdown(
                world.imagesOf(row.name).equals(List.of(row.pinned()))
                        && world.imagesOf(row.during()).equals(List.of(row.pinned()))
                    ? HELD
                    : "LOST"))
        .toList();
  }

  /** By itself: nobody asks for a look-up. */
  private static void mendAll(World world, List<FaultRow> rows, PushedImage image) {
    rows.forEach(row -> row.proxy.mend());
    rows.forEach(FaultRow::startClock);
    watch(world, rows, FaultRow::watchRecovering, FaultRow::hasRecovered);
    requirePinned(world, rows, image);
    for (FaultRow row : rows) {
      await(row.fault.name() + ": connections left open")
          .atMost(Duration.ofSeconds(15))
          .until(() -> row.proxy.openConnections() == 0);
    }
  }

  private interface Watcher {
    void see(FaultRow row, PinnedImageStatus status);
  }

  private interface Done {
    boolean is(FaultRow row);
  }

  private static void watch(World world, List<FaultRow> rows, Watcher watcher, Done done) {
    await()
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(250))
        .untilAsserted(() -> {
          Map<String, PinnedImageStatus> statuses = statuses(world);
          rows.forEach(row -> watcher.see(row, statuses.get(row.name)));
          assertThat(rows.stream().filter(row -> !done.is(row)).map(row -> row.fault.name()))
              .isEmpty();
        });
  }

  private static void requirePinned(World world, List<FaultRow> rows, PushedImage image) {
    Map<String, PinnedImageStatus> statuses = statuses(world);
    for (FaultRow row : rows) {
      assertThat(statuses.get(row.name).pinned().digest())
          .as(row.fault.name())
          .isEqualTo(image.digest().value());
      assertThat(world.imagesOf(row.name)).as(row.fault.name()).containsExactly(row.pinned());
    }
  }

  private static Map<String, PinnedImageStatus> statuses(World world) {
    Map<String, PinnedImageStatus> found = new HashMap<>();
    for (PinnedImage each :
        world
            .client()
            .resources(PinnedImage.class)
            .inNamespace(world.namespace)
            .list()
            .getItems()) {
      found.put(each.getMetadata().getName(), each.lastStatus());
    }
    return found;
  }

  private static void compare(String page) throws IOException {
    if (Boolean.getBoolean("faults.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.exists(PAGE) ? Files.readString(PAGE) : "")
        .as("%s is stale: run make faults and commit it", PAGE)
        .isEqualTo(page);
  }
}
