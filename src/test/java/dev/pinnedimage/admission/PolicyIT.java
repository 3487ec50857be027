package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the policy rewrites in new workloads, and what it does not touch. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyIT {
  private static final Pin WEB = Pin.of("web", "reg.example/web:1", Pin.digest("a"));
  private static final Pin PROXY = Pin.of("proxy", "reg.example/proxy:1", Pin.digest("b"));
  private static final Pin TEAM =
      Pin.of("team", "reg.example/team:1", Pin.digest("c"))
          .withSpec("workloadSelector: {matchLabels: {team: a, example.com/tier: web}}");
  private static final String OTHER = "busybox:1.36";

  static final List<String> OWNERS = List.of("controller: false", "blockOwnerDeletion: false");

  static final List<Kind> REPLICATED = List.of(Kind.DEPLOYMENT, Kind.STATEFUL_SET);

  private PolicyNamespace namespace;

  @BeforeAll
  void publish(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "policy");
    List.of(WEB, PROXY, TEAM).forEach(namespace::publish);
  }

  @AfterAll
  void close() {
    namespace.close();
  }

  @ParameterizedTest
  @MethodSource("dev.pinnedimage.admission.Kind#builtIn")
  void rewritesTheTagsOfTwoPinnedImagesWhereverAKindCanNameThem(Kind kind) {
    Manifest manifest =
        Manifest.of(
                kind,
                "all-" + kind.name().toLowerCase(Locale.ROOT),
                WEB.image(),
                PROXY.image(),
                OTHER)
            .withInit(PROXY.image(), WEB.image(), OTHER)
            .withVolumes(WEB.image(), OTHER, PROXY.image());
    List<String> pinned =
        List.of(
            WEB.pinned(),
            PROXY.pinned(),
            OTHER,
            PROXY.pinned(),
            WEB.pinned(),
            OTHER,
            WEB.pinned(),
            OTHER,
            PROXY.pinned());
    assertThat(namespace.created(manifest)).isEqualTo(pinned);
    assertThat(namespace.images(manifest)).isEqualTo(pinned);
  }

  @Test
  void leavesAWorkloadAloneThatIsToBeIgnored() {
    assertThat(tried("annotations: {pinnedimage.dev/ignore: \"true\"}"))
        .containsExactly(WEB.image());
  }

  @ParameterizedTest
  @CsvSource({"True", "yes", "false", "''", "' true'"})
  void ignoresNothingButExactlyTrue(String value) {
    assertThat(tried("annotations: {pinnedimage.dev/ignore: \"" + value + "\"}"))
        .containsExactly(WEB.pinned());
  }

  @ParameterizedTest
  @MethodSource("dev.pinnedimage.admission.Kind#builtIn")
  void leavesToItsControllerWhatHasOne(Kind kind) {
    Manifest manifest = Manifest.of(kind, "owned", WEB.image());
    assertThat(namespace.tried(manifest.withMetadata(owner("controller: true"))))
        .containsExactly(WEB.image());
  }

  @ParameterizedTest
  @FieldSource("OWNERS")
  void rewritesWhatIsOwnedWithoutAController(String owner) {
    assertThat(tried(owner(owner))).containsExactly(WEB.pinned());
  }

  @Test
  void leavesPodsOfControllersAloneEvenIfTheirOwnerIsNotNamed() {
    for (String label : List.of("pod-template-hash", "controller-revision-hash")) {
      assertThat(
              namespace.tried(
                  Manifest.of(Kind.POD, "replica", WEB.image())
                      .withMetadata("labels: {%s: abc}".formatted(label))))
          .as(label)
          .containsExactly(WEB.image());
    }
  }

  /** A replacement for a pod of an old ReplicaSet must be as the others: canaries depend on it. */
  @ParameterizedTest
  @FieldSource("REPLICATED")
  void podsOfAWorkloadThatIsOlderThanThePinKeepItsImage(Kind kind) {
    String name = "late-" + kind.name().toLowerCase(Locale.ROOT);
    Pin late = Pin.of(name, "reg.example/" + name + ":1", Pin.digest("d"));
    namespace.created(Manifest.of(kind.with("replicas: 0", "replicas: 1"), name, late.image()));
    Pod first = podOtherThan("", name);
    namespace.publish(late);
    pods(name).delete();
    Pod second = podOtherThan(first.getMetadata().getUid(), name);
    assertThat(second.getSpec().getContainers().getFirst().getImage()).isEqualTo(late.image());
  }

  private Pod podOtherThan(String uid, String app) {
    return await("a pod of " + app)
        .atMost(PolicyNamespace.PATIENCE)
        .until(
            () ->
                pods(app).list().getItems().stream()
                    .filter(pod -> !pod.isMarkedForDeletion())
                    .filter(pod -> !pod.getMetadata().getUid().equals(uid))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private FilterWatchListDeletable<Pod, PodList, PodResource> pods(String app) {
    return namespace.cluster.admin().pods().inNamespace(namespace.name).withLabel("app", app);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "neither label           | ''                                         | false",
        "one of the two          | team: a                                    | false",
        "'both, one of another value' | 'team: b, example.com/tier: web'        | false",
        "both                    | 'team: a, example.com/tier: web'           | true",
        "both and a further one  | 'team: a, example.com/tier: web, x: y'     | true"
      })
  void rewritesWhatTheSelectorSelects(String title, String labels, boolean isRewritten) {
    Manifest manifest =
        Manifest.of(Kind.DEPLOYMENT, "selected", TEAM.image())
            .withMetadata("labels: {%s}".formatted(labels));
    assertThat(namespace.tried(manifest))
        .containsExactly(isRewritten ? TEAM.pinned() : TEAM.image());
  }

  @Test
  void aWorkloadThatIsBeingDeletedCanStillBeWrittenAndIsNotRewritten() {
    Manifest manifest =
        Manifest.of(Kind.DEPLOYMENT, "dying", OTHER).withMetadata("finalizers: [example.com/wait]");
    namespace.created(manifest);
    namespace.kubectl("delete", "deploy/dying", "--wait=false");
    GenericKubernetesResource changed = namespace.withImage(manifest, 0, WEB.image());
    assertThat(changed.getMetadata().getDeletionTimestamp()).isNotNull();
    assertThat(manifest.images(changed)).containsExactly(WEB.image());
    namespace.patched(manifest, "[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
  }

  @Test
  void aPinnedImageThatIsBeingDeletedRewritesNothingMore() {
    Pin restored =
        Pin.of("restored", "reg.example/restored:1", Pin.digest("e"))
            .withMetadata("finalizers: [pinnedimage.dev/restore]");
    namespace.publish(restored);
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "restored", restored.image());
    assertThat(namespace.tried(manifest)).containsExactly(restored.pinned());
    namespace.delete(restored);
    assertThat(namespace.tried(manifest)).containsExactly(restored.image());
    namespace.cluster.kubectl(
        "patch",
        "pin/restored",
        "-n",
        namespace.name,
        "--type=json",
        "-p=[{\"op\":\"remove\",\"path\":\"/metadata/finalizers\"}]");
  }

  @Test
  void aPinnedImageWithoutAStatusOrRewritesHarmsNobody() {
    Pin fresh = Pin.of("fresh", "reg.example/fresh:1", Pin.digest("f"));
    namespace.declare(fresh);
    namespace.awaitSeen();
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "fresh", fresh.image(), WEB.image());
    assertThat(namespace.tried(manifest)).containsExactly(fresh.image(), WEB.pinned());
    namespace.write("fresh", "{observedGeneration: 1}");
    namespace.awaitSeen();
    assertThat(namespace.tried(manifest)).containsExactly(fresh.image(), WEB.pinned());
  }

  @Test
  void aPinnedImageRewritesNothingInOtherNamespaces() {
    try (PolicyNamespace other = new PolicyNamespace(namespace.cluster, "policy-other")) {
      Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "web", WEB.image());
      assertThat(other.tried(manifest)).as("without any").containsExactly(WEB.image());
      other.awaitSeen();
      assertThat(other.tried(manifest)).as("with another").containsExactly(WEB.image());
    }
  }

  private List<String> tried(String metadata) {
    return namespace.tried(Manifest.of(Kind.DEPLOYMENT, "web", WEB.image()).withMetadata(metadata));
  }

  private static String owner(String controller) {
    return "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: x,"
        + " uid: 1f6c1f6c-0000-4000-8000-000000000000, %s}]".formatted(controller);
  }
}
