package dev.pinnedimage.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.pinning.State;
import dev.pinnedimage.pinning.Verdict;
import dev.pinnedimage.pinning.WorkloadRules;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Lost races: the Deployment that is patched is no longer the one that was seen. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WorkloadPatcherIT {
  private static final String PIN = "sha256:" + "a".repeat(64);
  private static final String IMAGE = "registry.test/web:1";

  private KubernetesClient client;
  private String namespace;
  private WorkloadPatcher patcher;
  private WorkloadRules rules;

  @BeforeAll
  void prepare(ControlPlane cluster) {
    client = cluster.admin();
    namespace = cluster.newNamespace("patcher");
    patcher =
        new WorkloadPatcher(
            client,
            new WorkloadReader(client, WorkloadKinds.BUILT_IN),
            WorkloadKinds.BUILT_IN,
            (edit, outcome) -> {});
    PinnedImage pinnedImage =
        client
            .getKubernetesSerialization()
            .unmarshal(
                """
                metadata: {name: web, namespace: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {image: "%s"}
                status:
                  pinned: {digest: "%s", reference: "%s@%s", since: "2026-01-01T00:00:00Z", shortDigest: s}
                """
                    .formatted(namespace, IMAGE, PIN, IMAGE, PIN),
                PinnedImage.class);
    rules =
        new WorkloadRules(
            new Observation(
                pinnedImage, Instant.EPOCH, Answers.NONE, List.of(), List.of(), Surroundings.NONE),
            pinnedImage.lastStatus().pinned(),
            false);
  }

  @Test
  void writesAllContainersWithOnePatch() {
    Seen seen = seen("one-patch", "a=" + IMAGE, "b=" + IMAGE);
    assertThat(apply(seen)).isInstanceOf(Outcome.Written.class);
    Deployment now = now("one-patch");
    assertThat(images(now)).containsExactly("a=" + IMAGE + "@" + PIN, "b=" + IMAGE + "@" + PIN);
    assertThat(now.getMetadata().getGeneration()).isEqualTo(2);
  }

  @Test
  void plansAgainWhereTheImageChangedMeanwhile() {
    Seen seen = seen("image-changed", "a=" + IMAGE, "b=" + IMAGE);
    declare("image-changed", "a=registry.test/web:2", "b=" + IMAGE);
    assertThat(apply(seen)).isInstanceOf(Outcome.Written.class);
    assertThat(images(now("image-changed")))
        .containsExactly("a=registry.test/web:2", "b=" + IMAGE + "@" + PIN);
  }

  @Test
  void staysWithAnAliasOfTheRegistryWhenTheContainerMovedMeanwhile() {
    Workload written = seen("alias", "a=alias.test/web:1").workload();
    Workload meant =
        written.withContainers(written.containers().stream().map(c -> c.meaning(IMAGE)).toList());
    declare("alias", "new=other:1", "a=alias.test/web:1");

    Outcome outcome = apply(new Seen(meant));

    assertThat(images(now("alias"))).containsExactly("new=other:1", "a=alias.test/web:1@" + PIN);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Written.class,
            done ->
                assertThat(done.verdicts())
                    .singleElement()
                    .satisfies(verdict -> assertThat(verdict.state()).isEqualTo(State.Pinned)));
  }

  @Test
  void makesNoGhostOfAContainerThatWasRemovedMeanwhile() {
    Seen seen = seen("removed", "a=" + IMAGE, "b=" + IMAGE);
    declare("removed", "a=" + IMAGE);
    assertThat(apply(seen)).isInstanceOf(Outcome.Written.class);
    assertThat(images(now("removed"))).containsExactly("a=" + IMAGE + "@" + PIN);
  }

  @Test
  void findsAContainerThatMovedToAnotherPlace() {
    Seen seen = seen("reordered", "a=" + IMAGE, "b=registry.test/other:1");
    declare("reordered", "b=registry.test/other:1", "a=" + IMAGE);
    assertThat(apply(seen)).isInstanceOf(Outcome.Written.class);
    assertThat(images(now("reordered")))
        .containsExactlyInAnyOrder("b=registry.test/other:1", "a=" + IMAGE + "@" + PIN);
  }

  @Test
  void leavesAnotherObjectOfTheSameNameAlone() {
    Seen seen = seen("recreated", "a=" + IMAGE);
    client.resource(now("recreated")).delete();
    declare("recreated", "a=" + IMAGE);
    assertThat(apply(seen)).isInstanceOf(Outcome.Gone.class);
    assertThat(images(now("recreated"))).containsExactly("a=" + IMAGE);
  }

  @Test
  void takesADeletedOneForGone() {
    Seen seen = seen("deleted", "a=" + IMAGE);
    client.resource(now("deleted")).delete();
    assertThat(apply(seen)).isInstanceOf(Outcome.Gone.class);
  }

  @Test
  void respectsADigestThatAUserWroteMeanwhile() {
    Seen seen = seen("users", "a=" + IMAGE);
    String own = IMAGE + "@sha256:" + "b".repeat(64);
    declare("users", "a=" + own);
    Outcome outcome = apply(seen);
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Written.class,
            written ->
                assertThat(written.verdicts())
                    .extracting(Verdict::state)
                    .containsExactly(State.PinnedByUser));
    assertThat(images(now("users"))).containsExactly("a=" + own);
  }

  private record Seen(Workload workload) {}

  private Seen seen(String name, String... containers) {
    declare(name, containers);
    return new Seen(
        client
            .resources(DeploymentObject.class)
            .inNamespace(namespace)
            .withName(name)
            .get()
            .toWorkload());
  }

  private Outcome apply(Seen seen) {
    Edit edit = rules.edit(seen.workload()).orElseThrow();
    return patcher.apply(List.of(edit), rules).getFirst();
  }

  private void declare(String name, String... containers) {
    StringBuilder list = new StringBuilder();
    for (String container : containers) {
      String[] parts = container.split("=", 2);
      list.append("{name: %s, image: \"%s\"},".formatted(parts[0], parts[1]));
    }
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s}
        spec:
          selector: {matchLabels: {app: %s}}
          template: {metadata: {labels: {app: %s}}, spec: {containers: [%s]}}
        """
            .formatted(name, namespace, name, name, list);
    Deployment wanted = client.getKubernetesSerialization().unmarshal(yaml, Deployment.class);
    client.resource(wanted).forceConflicts().serverSideApply();
  }

  private Deployment now(String name) {
    return client.apps().deployments().inNamespace(namespace).withName(name).get();
  }

  private static List<String> images(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().stream()
        .map((Container c) -> c.getName() + "=" + c.getImage())
        .toList();
  }
}
