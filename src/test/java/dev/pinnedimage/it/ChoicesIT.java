package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** What owners choose: to look on, to wait, to be left alone. And what a cluster refuses. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("adds a node, which every PinnedImage would need")
class ChoicesIT {
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "choices");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void leavesAloneWhatIsIgnoredOrNotSelected() {
    PushedImage image = world.push("ignored", "1", "a");
    String tag = image.reference(world.registry);
    world.deploy("selected", tag);
    world.deploy("unselected", tag);
    world.deploy("ignored", tag);
    world.cluster.kubectl(
        "annotate", "deploy/ignored", "-n", world.namespace, "pinnedimage.dev/ignore=true");
    world.cluster.kubectl(
        "label", "deploy/selected", "deploy/ignored", "-n", world.namespace, "pin=yes");
    world.pin("ignored", tag, "workloadSelector: {matchLabels: {pin: 'yes'}}");
    world.awaitImages("selected", image.pinned(world.registry));
    world.awaitStatus(
        "ignored", s -> s.workloads() != null && s.workloads().summary().equals("1/1"));
    assertThat(world.imagesOf("unselected")).containsExactly(tag);
    assertThat(world.imagesOf("ignored")).containsExactly(tag);

    world.cluster.kubectl(
        "annotate", "deploy/ignored", "-n", world.namespace, "pinnedimage.dev/ignore-");
    world.awaitImages("ignored", image.pinned(world.registry));
  }

  @Test
  void reportsOnlyWhereThatIsTheMode() {
    PushedImage image = world.push("report", "1", "a");
    world.deploy("report", image.reference(world.registry));
    world.pin("report", image.reference(world.registry), "mode: Report");
    world.awaitCondition("report", ConditionType.WorkloadsPinned, "True", "ReportOnly");
    assertThat(world.imagesOf("report")).containsExactly(image.reference(world.registry));
    assertThat(world.status("report").workloads().items())
        .singleElement()
        .extracting(Item::message)
        .asString()
        .contains(image.pinned(world.registry));
    world.mergePatch("report", "{\"spec\":{\"mode\":\"Enforce\"}}");
    world.awaitImages("report", image.pinned(world.registry));
  }

  @Test
  void asksNothingAndMovesNothingWhileSuspendedButStillPins() {
    PushedImage first = world.push("suspended", "1", "a");
    String tag = first.reference(world.registry);
    world.deploy("suspended", tag);
    world.pin("suspended", tag);
    world.awaitPinned("suspended", first);
    PushedImage second = world.push("suspended", "1", "b");
    world.mergePatch(
        "suspended", "{\"spec\":{\"suspend\":true,\"digest\":\"" + second.digest() + "\"}}");
    world.awaitCondition("suspended", ConditionType.Ready, "True", "Suspended");
    world.deploy("suspended-later", tag);
    world.awaitImages("suspended-later", first.pinned(world.registry));
    assertThat(world.status("suspended").pinned().digest()).isEqualTo(first.digest().value());
    world.mergePatch("suspended", "{\"spec\":{\"suspend\":false}}");
    world.awaitImages("suspended", second.pinned(world.registry));
  }

  @Test
  void looksAtOnceWhenAsked() {
    PushedImage first = world.push("now", "1", "a");
    world.pin("now", first.reference(world.registry), "checkInterval: 24h");
    world.awaitPinned("now", first);
    PushedImage second = world.push("now", "1", "b");
    world.lookNow("now");
    world.awaitCondition("now", ConditionType.TagMoved, "True", "AwaitingApproval");
    assertThat(world.status("now").upstream().digest()).isEqualTo(second.digest().value());
    assertThat(world.cluster.kubectl("get", "events", "-n", world.namespace))
        .contains("TagMoved", "pinnedimage/now", "approve with: kubectl patch pinnedimage now");
  }

  @Test
  void saysWhatThePolicyOfTheClusterSaysWhenItRefusesAPatch() {
    PushedImage image = world.push("policed", "1", "a");
    world.deploy("policed", image.reference(world.registry));
    world
        .client()
        .load(
            new java.io.ByteArrayInputStream(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: no-digests}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}
                  validations:
                  - expression: "!object.spec.template.spec.containers.exists(c, c.image.contains('@'))"
                    message: no digests here, says the platform team
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: no-digests}
                spec:
                  policyName: no-digests
                  validationActions: [Deny]
                  matchResources:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
                """
                    .formatted(world.namespace)
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .serverSideApply();
    try {
      // A policy takes effect some time after it was created.
      org.awaitility.Awaitility.await()
          .atMost(World.PATIENCE)
          .until(() ->
              !world
                  .cluster
                  .tryKubectl(
                      "set",
                      "image",
                      "deploy/policed",
                      "c0=x/y@sha256:" + "0".repeat(64),
                      "-n",
                      world.namespace,
                      "--dry-run=server")
                  .succeeded());
      world.pin("policed", image.reference(world.registry));
      Condition refused =
          world.awaitCondition("policed", ConditionType.Ready, "False", "PatchRejected");
      assertThat(refused.message()).contains("no digests here, says the platform team");
      assertThat(world.status("policed").workloads().items())
          .extracting(Item::state)
          .containsExactly("Rejected");
    } finally {
      world.cluster.kubectl(
          "delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", "no-digests");
    }
    world.lookNow("policed");
    world.awaitImages("policed", image.pinned(world.registry));
  }

  @Test
  void stallsOnAReferenceThatTheSchemaCannotJudge() {
    world.pin("invalid", "registry..example.com/web:1");
    Condition invalid =
        world.awaitCondition("invalid", ConditionType.Resolved, "False", "InvalidReference");
    assertThat(invalid.message())
        .contains("registry..example.com/web:1", "write registry/repository:tag");
    world.awaitCondition("invalid", ConditionType.Stalled, "True", "InvalidReference");
  }

  @Test
  void namesTheNodeThatTheHeldPinNoLongerServes() {
    PushedImage image = world.push("nodes", "1", "a");
    world.deploy("nodes", image.reference(world.registry));
    world.pin("nodes", image.reference(world.registry));
    world.awaitPinned("nodes", image);
    world.cluster.addNode("node-s390x", "s390x");
    try {
      Condition lost =
          world.awaitCondition("nodes", ConditionType.PlatformsCovered, "False", "PlatformMissing");
      assertThat(lost.message()).contains("linux/s390x", "node-s390x");
      world.awaitCondition("nodes", ConditionType.Ready, "False", "PlatformMissing");
      assertThat(world.imagesOf("nodes")).containsExactly(image.pinned(world.registry));
    } finally {
      world.cluster.removeNode("node-s390x");
    }
    world.awaitCondition("nodes", ConditionType.Ready, "True", "Pinned");
  }
}
