package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * With the policy, each gesture of kubectl does what its user meant and nothing more: counted in
 * ReplicaSets, generations and the operator's own requests.
 */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RolloutIT {
  private RegistryServer registry;
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer shared) {
    registry = shared;
    world = World.start(cluster, registry, "rollout");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void pinnedImageFirstAndWorkloadAfterMakeOneReplicaSetAndNoPatch() {
    PushedImage first = world.push("order", "1", "a");
    Rollouts web = Rollouts.begin(world, "order", first);

    web.awaitState("Pinned");
    web.runs(first);
    web.awaitCount(1);
    assertThat(web.generation()).isEqualTo(1);
    assertThat(web.patches()).isEmpty();
    assertThat(web.managers()).doesNotContain("pinnedimage-operator");
  }

  @Test
  void aMoveIsOnePatchAndOneRolloutAndNoFieldChangesItsOwner() {
    Rollouts web = Rollouts.begin(world, "moved", world.push("moved", "1", "a"));
    PushedImage second = web.move("b");

    assertThat(web.generation()).isEqualTo(2);
    assertThat(web.patches()).hasSize(1);
    assertThat(web.managers()).doesNotContain("pinnedimage-operator");
    assertThat(world.status("moved").rewrites())
        .containsExactly(Map.entry(second.reference(registry), second.pinned(registry)));
  }

  @Test
  void undoGoesBackAndStaysWhateverElseIsDone() {
    PushedImage first = world.push("undo", "1", "a");
    Rollouts web = Rollouts.begin(world, "undo", first);
    web.move("b");
    long generation = web.generation();
    int patches = web.patches().size();

    web.kubectl("rollout", "undo", web.target());
    web.runs(first);
    web.awaitState("RolledBackByUser");
    assertThat(world.condition("undo", ConditionType.WorkloadsPinned).orElseThrow().message())
        .contains("was set back to an earlier pin by kubectl");
    assertThat(web.generation()).isEqualTo(generation + 1);

    // A Deployment's generation counts changes of its annotations, too.
    web.kubectl("annotate", web.target(), "note=stray");
    assertThat(web.generation()).isEqualTo(generation + 2);
    web.kubectl("scale", web.target(), "--replicas=2");
    assertThat(web.generation()).isEqualTo(generation + 3);
    web.runs(first);
    web.awaitCount(2);
    web.kubectl("rollout", "restart", web.target());
    web.awaitCount(3);
    web.runs(first);
    web.awaitState("RolledBackByUser");
    assertThat(web.patches()).hasSize(patches);
  }

  @Test
  void undoToARevisionGoesToThatOne() {
    PushedImage first = world.push("revision", "1", "a");
    Rollouts web = Rollouts.begin(world, "revision", first);
    web.move("b");
    web.move("c");
    int patches = web.patches().size();

    web.kubectl("rollout", "undo", web.target(), "--to-revision=1");
    web.runs(first);
    web.awaitState("RolledBackByUser");
    web.awaitCount(3);
    assertThat(web.patches()).hasSize(patches);
  }

  @Test
  void undoToTheBareTagIsThePinForThatIsWhatTheTagMeans() {
    PushedImage image = world.push("bare", "1", "a");
    world.deploy("bare", image.reference(registry));
    Rollouts web = new Rollouts(world, "bare");
    web.awaitCount(1);
    world.pin("bare", image.reference(registry));
    world.awaitImages("bare", image.pinned(registry));
    web.awaitCount(2);
    long generation = web.generation();

    web.kubectl("rollout", "undo", web.target());
    web.runs(image);
    web.awaitCount(2);
    assertThat(web.generation()).isEqualTo(generation);
    web.awaitState("Pinned");
  }

  @Test
  void setImageToAnEarlierPinStaysAndToTheTagPinsAgain() {
    PushedImage first = world.push("set", "1", "a");
    Rollouts web = Rollouts.begin(world, "set", first);
    PushedImage second = web.move("b");
    int patches = web.patches().size();

    web.kubectl("set", "image", web.target(), "c0=" + first.pinned(registry));
    web.runs(first);
    web.awaitState("RolledBackByUser");
    web.awaitCount(2);

    web.kubectl("set", "image", web.target(), "c0=" + first.reference(registry));
    web.runs(second);
    web.awaitState("Pinned");
    web.awaitCount(2);
    assertThat(web.patches()).hasSize(patches);
  }

  @Test
  void theNextMoveTakesARollbackBack() {
    PushedImage first = world.push("after", "1", "a");
    Rollouts web = Rollouts.begin(world, "after", first);
    web.move("b");
    web.kubectl("rollout", "undo", web.target());
    web.awaitState("RolledBackByUser");

    PushedImage third = web.move("c");
    web.runs(third);
    web.awaitState("Pinned");
    assertThat(web.managers()).doesNotContain("pinnedimage-operator");
  }

  @Test
  void annotateScaleAndRestartOfAPinnedWorkloadLeaveThePin() {
    PushedImage image = world.push("daily", "1", "a");
    Rollouts web = Rollouts.begin(world, "daily", image);
    long generation = web.generation();

    web.kubectl("annotate", web.target(), "note=stray");
    assertThat(web.generation()).isEqualTo(generation + 1);
    web.kubectl("scale", web.target(), "--replicas=3");
    assertThat(web.generation()).isEqualTo(generation + 2);
    web.awaitCount(1);
    web.kubectl("rollout", "restart", web.target());
    web.awaitCount(2);
    web.runs(image);
    web.awaitState("Pinned");
    assertThat(web.generation()).isEqualTo(generation + 3);
    assertThat(web.patches()).isEmpty();
  }

  @Test
  void anAutoscalerScalesAndNothingElseAlsoWhereTheUserRolledBack() {
    PushedImage first = world.push("hpa", "1", "a");
    Rollouts web = Rollouts.begin(world, "hpa", first);
    web.move("b");
    web.kubectl("rollout", "undo", web.target());
    web.awaitState("RolledBackByUser");
    long generation = web.generation();
    int patches = web.patches().size();

    web.kubectl("autoscale", web.target(), "--min=3", "--max=5");
    await()
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> web.deployment().getSpec().getReplicas(), n -> n == 3);
    assertThat(web.generation()).isEqualTo(generation + 1);
    web.runs(first);
    web.awaitCount(2);
    assertThat(web.patches()).hasSize(patches);
  }

  @Test
  void applyingTheTagAgainChangesNothing() {
    PushedImage image = world.push("again", "1", "a");
    Rollouts web = Rollouts.begin(world, "again", image);
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: again, namespace: %s}
        spec:
          selector: {matchLabels: {app: again}}
          template:
            metadata: {labels: {app: again}}
            spec: {containers: [{name: c0, image: "%s"}]}
        """
            .formatted(world.namespace, image.reference(registry));
    Deployment wanted =
        world.client().getKubernetesSerialization().unmarshal(yaml, Deployment.class);

    // The first takes the fields over from whoever created it.
    world.client().resource(wanted).fieldManager("applier").forceConflicts().serverSideApply();
    world.awaitObserved("again");
    long generation = web.generation();
    String applied = web.deployment().getMetadata().getResourceVersion();
    world.client().resource(wanted).fieldManager("applier").serverSideApply();

    assertThat(generation).isEqualTo(1);
    assertThat(web.deployment().getMetadata().getResourceVersion()).isEqualTo(applied);
    web.runs(image);
    web.awaitCount(1);
  }
}
