package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** {@code mode: Report}, of one PinnedImage and of the whole operator. */
@RealCluster
class ReportModeIT {

  @Test
  void anOperatorThatOnlyReportsSaysWhatItWouldDoAndWritesNoWorkload(
      ControlPlane cluster, RegistryServer registry) throws IOException {
    try (World world = World.start(cluster, registry, "reporting")) {
      PushedImage first = world.push("reporting", "1", "a");
      String tag = first.reference(registry);
      world.deploy("before", tag);
      world.pin("web", tag);
      world.awaitImages("before", first.pinned(registry));
      assertThat(world.awaitStatus("web", s -> !s.rewrites().isEmpty()).rewrites()).hasSize(1);

      world.restartAsReporter();
      world.awaitStatus("web", s -> s.rewrites().isEmpty());
      world.deploy("after", tag);
      PushedImage second = world.push("reporting", "1", "b");
      world.approve("web", second);
      world.awaitPinned("web", second);

      PinnedImageStatus status =
          world.awaitStatus(
              "web", s -> s.workloads() != null && s.workloads().summary().equals("0/2"));
      assertThat(status.condition(ConditionType.WorkloadsPinned).orElseThrow().message())
          .startsWith("ReportOnly: Deployment after (container c0) would become ")
          .contains(second.pinned(registry) + " (mode: Report of the operator's configuration)");
      assertThat(world.imagesOf("after")).containsExactly(tag);
      assertThat(world.imagesOf("before")).containsExactly(first.pinned(registry));
      assertThat(world.operator().log()).contains("mode: Report, no workload is written; watching");
      assertThat(cluster.audit(e -> isAnotherWrite(world, e))).isEmpty();
    }
  }

  private static boolean isAnotherWrite(World world, AuditEvent event) {
    return event.user().endsWith(":" + Reporter.NAME)
        && event.namespace().equals(world.namespace)
        && event.isWrite()
        && !event.resource().equals("pinnedimage.dev/pinnedimages/status")
        && !event.resource().equals("events.k8s.io/events");
  }

  @Test
  void aPinnedImageThatOnlyReportsTakesBackWhatItPublished(
      ControlPlane cluster, RegistryServer registry) {
    try (World world = World.start(cluster, registry, "reports")) {
      PushedImage image = world.push("reports", "1", "a");
      world.pin("web", image.reference(registry));
      world.awaitStatus("web", s -> !s.rewrites().isEmpty());

      world.mergePatch("web", "{\"spec\":{\"mode\":\"Report\"}}");
      world.awaitStatus("web", s -> s.rewrites().isEmpty());
      world.mergePatch("web", "{\"spec\":{\"mode\":\"Enforce\"}}");
      await()
          .atMost(World.PATIENCE)
          .until(() ->
              image
                  .pinned(registry)
                  .equals(world.status("web").rewrites().get(image.reference(registry))));
    }
  }
}
