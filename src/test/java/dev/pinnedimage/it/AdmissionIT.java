package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** With deploy/admission.yaml installed, the API server makes the same choices as the operator. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionIT {
  private RegistryServer registry;
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer shared) {
    registry = shared;
    world = World.start(cluster, registry, "admission");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  private PushedImage pinned(String name, String... specLines) {
    PushedImage image = world.push(name, "1", "a");
    world.pin(name, image.reference(registry), specLines);
    world.awaitPinned(name, image);
    return image;
  }

  /** What the API server makes of a Deployment that is not created. */
  private String dryRun(String name, String image) {
    return world.cluster.kubectl(
        "create",
        "deployment",
        name,
        "-n",
        world.namespace,
        "--image=" + image,
        "--dry-run=server",
        "-o",
        "jsonpath={.spec.template.spec.containers[0].image}");
  }

  private void awaitDryRun(String name, String image, String becomes) {
    await(name)
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> dryRun(name, image), becomes::equals);
  }

  private static long operators(Rollouts web) {
    return web.managers().stream().filter("pinnedimage-operator"::equals).count();
  }

  @Test
  void twoPinnedImagesRewriteEachItsOwnContainer() {
    PushedImage web = pinned("two-web");
    PushedImage proxy = pinned("two-proxy");
    world.deploy("two", web.reference(registry), proxy.reference(registry), "example.com/other:1");
    assertThat(world.imagesOf("two"))
        .containsExactly(web.pinned(registry), proxy.pinned(registry), "example.com/other:1");

    PushedImage moved = world.push("two-web", "1", "b");
    world.approve("two-web", moved);
    world.awaitPinned("two-web", moved);
    world.awaitImages("two", moved.pinned(registry), proxy.pinned(registry), "example.com/other:1");
    Rollouts two = new Rollouts(world, "two");
    two.awaitCount(2);
    assertThat(two.patches()).hasSize(1);
    assertThat(operators(two)).isZero();
  }

  @Test
  void theLoserOfAConflictPublishesNothingAndTakesOverOnceTheWinnerIsGone() {
    PushedImage image = pinned("older");
    world.pin("younger", image.reference(registry), "form: DigestOnly");
    world.awaitStatus("younger", s -> s.pinned() != null);
    assertThat(world.status("younger").rewrites()).isEmpty();
    assertThat(world.status("older").rewrites()).hasSize(1);
    for (int i = 0; i < 20; i++) {
      assertThat(dryRun("contended", image.reference(registry))).isEqualTo(image.pinned(registry));
    }

    world.cluster.kubectl("delete", "pin", "older", "-n", world.namespace);
    world.awaitStatus("younger", s -> s.rewrites().size() == 1);
    awaitDryRun("contended", image.reference(registry), image.pinned(registry).replace(":1@", "@"));
  }

  @Test
  void aWorkloadThatOptedOutIsLeftAloneUntilItOptsIn() {
    PushedImage image = pinned("ignored");
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: ignored
          namespace: %s
          annotations: {pinnedimage.dev/ignore: "true"}
        spec:
          selector: {matchLabels: {app: ignored}}
          template:
            metadata: {labels: {app: ignored}}
            spec: {containers: [{name: c0, image: "%s"}]}
        """
            .formatted(world.namespace, image.reference(registry));
    world
        .client()
        .resource(world.client().getKubernetesSerialization().unmarshal(yaml, Deployment.class))
        .create();
    Rollouts web = new Rollouts(world, "ignored");
    web.awaitState("Ignored");
    assertThat(world.imagesOf("ignored")).containsExactly(image.reference(registry));

    web.kubectl("annotate", web.target(), "pinnedimage.dev/ignore-");
    web.runs(image);
    web.awaitState("Pinned");
    assertThat(web.patches()).isEmpty();
  }

  @Test
  void aSelectorSelectsByTheWorkloadsOwnLabels() {
    PushedImage image =
        pinned("selected", "workloadSelector: {matchLabels: {app: selected, tier: front}}");
    world.deploy("selected", image.reference(registry));
    Rollouts web = new Rollouts(world, "selected");
    assertThat(world.imagesOf("selected")).containsExactly(image.reference(registry));
    web.awaitCount(1);
    assertThat(world.status("selected").workloads().matched()).isZero();

    web.kubectl("label", web.target(), "tier=front");
    web.runs(image);
    web.awaitState("Pinned");
    web.kubectl("label", web.target(), "tier-");
    web.kubectl("set", "image", web.target(), "c0=" + image.reference(registry));
    assertThat(world.imagesOf("selected")).containsExactly(image.reference(registry));
    assertThat(web.patches()).isEmpty();
  }

  @Test
  void aDeletedPinnedImageRewritesNoMore() {
    PushedImage image = pinned("deleted");
    awaitDryRun("deleted", image.reference(registry), image.pinned(registry));
    world.deploy("deleted", image.reference(registry));

    world.cluster.kubectl("delete", "pin", "deleted", "-n", world.namespace);
    awaitDryRun("new", image.reference(registry), image.reference(registry));
    Rollouts web = new Rollouts(world, "deleted");
    web.runs(image);
    web.kubectl("set", "image", web.target(), "c0=" + image.reference(registry));
    assertThat(world.imagesOf("deleted")).containsExactly(image.reference(registry));
  }

  @Test
  void whoOnlyReportsRewritesNothing() {
    PushedImage image = pinned("report", "mode: Report");
    assertThat(world.status("report").rewrites()).isEmpty();
    world.deploy("report", image.reference(registry));
    Rollouts web = new Rollouts(world, "report");
    web.awaitState("ReportOnly");
    assertThat(world.imagesOf("report")).containsExactly(image.reference(registry));

    world.mergePatch("report", "{\"spec\":{\"mode\":\"Enforce\"}}");
    world.awaitImages("report", image.pinned(registry));
    awaitDryRun("new", image.reference(registry), image.pinned(registry));
    world.mergePatch("report", "{\"spec\":{\"mode\":\"Report\"}}");
    awaitDryRun("new", image.reference(registry), image.reference(registry));
    assertThat(operators(web)).isZero();
  }

  @Test
  void whoIsSuspendedStillRewrites() {
    PushedImage image = pinned("suspended");
    world.mergePatch("suspended", "{\"spec\":{\"suspend\":true}}");
    world.awaitCondition("suspended", ConditionType.Ready, "True", "Suspended");

    world.deploy("suspended", image.reference(registry));
    assertThat(world.imagesOf("suspended")).containsExactly(image.pinned(registry));
  }

  @Test
  void aWorkloadThatIsBeingDeletedIsLetGo() {
    PushedImage image = world.push("leaving", "1", "a");
    world.deploy("leaving", image.reference(registry));
    Rollouts web = new Rollouts(world, "leaving");
    web.awaitCount(1);
    web.kubectl(
        "patch", web.target(), "-p", "{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}");
    world.cluster.kubectl("delete", web.target(), "-n", world.namespace, "--wait=false");

    world.pin("leaving", image.reference(registry));
    world.awaitPinned("leaving", image);
    assertThat(world.status("leaving").workloads().matched()).isZero();
    assertThat(web.patches()).isEmpty();
    world.cluster.kubectl(
        "patch",
        web.target(),
        "-n",
        world.namespace,
        "--type=merge",
        "-p",
        "{\"metadata\":{\"finalizers\":null}}");
  }

  @Test
  void aNewTagThatDoesNotResolveLeavesTheOldOnesRewrites() {
    PushedImage image = pinned("renamed");
    PinnedImage before = world.get("renamed");
    world.mergePatch("renamed", "{\"spec\":{\"image\":\"" + registry.host() + "/renamed:2\"}}");
    world.awaitCondition("renamed", ConditionType.Resolved, "False", "TagNotFound");

    assertThat(world.status("renamed").rewrites()).isEqualTo(before.lastStatus().rewrites());
    assertThat(dryRun("old", image.reference(registry))).isEqualTo(image.pinned(registry));
  }
}
