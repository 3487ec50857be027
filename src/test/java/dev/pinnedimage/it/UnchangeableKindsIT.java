package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Jobs and Pods cannot be changed; what a controller owns is its owner's business. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnchangeableKindsIT {
  private World world;
  private String ownerUid;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "unchangeable");
    ownerUid =
        create(
                """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: third-party, namespace: NS}
                """)
            .getMetadata()
            .getUid();
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void reportsAJobUntilItHasRunAndNeverWritesIt() {
    PushedImage image = world.push("job", "1", "a");
    String tag = image.reference(world.registry);
    create(job("job", tag));
    world.pin("job", tag);
    PinnedImageStatus reported = world.awaitStatus("job", counts(1));
    assertReported(reported, "Job", "job", image);
    Condition pinned =
        world.awaitCondition("job", ConditionType.WorkloadsPinned, "True", "ReportOnly");
    assertThat(pinned.message()).contains("Job job", "delete it and apply it again");

    world.cluster.kubectl(
        "patch", "job/job", "-n", world.namespace, "-p", "{\"spec\":{\"suspend\":false}}");
    world.awaitStatus("job", counts(0));
    assertThat(kubectlImage("job/job", "{.spec.template.spec.containers[0].image}")).isEqualTo(tag);
    assertNothingWasWritten("batch/jobs");
  }

  @Test
  void reportsAPodUntilItHasRunAndNeverWritesIt() {
    PushedImage image = world.push("pod", "1", "a");
    String tag = image.reference(world.registry);
    create(pod("pod", tag, ""));
    world.pin("pod", tag);
    assertReported(world.awaitStatus("pod", counts(1)), "Pod", "pod", image);

    world
        .client()
        .pods()
        .inNamespace(world.namespace)
        .withName("pod")
        .subresource("status")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"phase\":\"Succeeded\"}}");
    world.awaitStatus("pod", counts(0));
    assertThat(kubectlImage("pod/pod", "{.spec.containers[0].image}")).isEqualTo(tag);
    assertNothingWasWritten("core/pods");
  }

  @Test
  void countsAPodThatCarriesThePinAsPinned() {
    PushedImage image = world.push("pinned-pod", "1", "a");
    create(pod("pinned-pod", image.pinned(world.registry), ""));
    world.pin("pinned-pod", image.reference(world.registry));
    assertThat(world.awaitStatus("pinned-pod", counts(1)).workloads().summary()).isEqualTo("1/1");
  }

  /** With none of the labels by which the built-in controllers mark theirs. */
  @Test
  void takesAPodAndAJobOfAThirdPartyForNoWorkloads() {
    PushedImage image = world.push("theirs", "1", "a");
    String tag = image.reference(world.registry);
    create(pod("theirs", tag, owner()));
    create(job("theirs", tag).replace("namespace: NS", "namespace: NS" + owner()));
    world.deploy("ours", tag);
    world.pin("theirs", tag);
    world.awaitImages("ours", image.pinned(world.registry));
    assertThat(world.awaitStatus("theirs", counts(1)).workloads().items())
        .extracting(Item::kind, Item::name)
        .containsExactly(org.assertj.core.api.Assertions.tuple("Deployment", "ours"));
  }

  @Test
  void reportsADeploymentOfAThirdPartyAsOwnedAndLeavesItAlone() {
    PushedImage image = world.push("owned", "1", "a");
    String tag = image.reference(world.registry);
    create(KindOfWorkload.DEPLOYMENT.manifest("NS" + ofAnotherGroup(owner()), "owned", tag));
    world.pin("owned", tag);
    Condition owned = world.awaitCondition("owned", ConditionType.WorkloadsPinned, "True", "Owned");
    assertThat(owned.message())
        .contains("Deployment owned", "belongs to Deployment third-party", "set the image there");
    assertThat(world.imagesOf("owned")).containsOnly(tag);
  }

  private static void assertReported(
      PinnedImageStatus status, String kind, String name, PushedImage image) {
    assertThat(status.workloads().items())
        .singleElement()
        .satisfies(item -> {
          assertThat(item.kind()).isEqualTo(kind);
          assertThat(item.name()).isEqualTo(name);
          assertThat(item.state()).isEqualTo("ReportOnly");
          assertThat(item.message())
              .contains("cannot be changed once it exists", image.digest().value());
        });
  }

  private void assertNothingWasWritten(String resource) {
    assertThat(
            world.cluster.audit(event ->
                event.isWrite()
                    && event.resource().equals(resource)
                    && event.user().contains("pinnedimage-operator")))
        .isEmpty();
  }

  private static Predicate<PinnedImageStatus> counts(int workloads) {
    return status -> status.workloads() != null && status.workloads().matched() == workloads;
  }

  private String kubectlImage(String object, String path) {
    return world.cluster.kubectl("get", object, "-n", world.namespace, "-o", "jsonpath=" + path);
  }

  private HasMetadata create(String yaml) {
    List<HasMetadata> created =
        world
            .client()
            .load(
                new java.io.ByteArrayInputStream(
                    yaml.replace("namespace: NS", "namespace: " + world.namespace)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .create();
    return created.getFirst();
  }

  private String owner() {
    return ", ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: third-party, uid: UID, controller: true}]"
        .replace("UID", ownerUid);
  }

  /** Only the name is that of a kind that is handled. */
  private static String ofAnotherGroup(String owner) {
    return owner.replace(
        "apiVersion: v1, kind: ConfigMap", "apiVersion: example.com/v1, kind: Deployment");
  }

  private static String job(String name, String image) {
    return """
    apiVersion: batch/v1
    kind: Job
    metadata: {name: %s, namespace: NS}
    spec:
      suspend: true
      template: {spec: {restartPolicy: Never, containers: [{name: c, image: "%s"}]}}
    """
        .formatted(name, image);
  }

  private static String pod(String name, String image, String owner) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s, namespace: NS%s}
    spec: {containers: [{name: c, image: "%s"}]}
    """
        .formatted(name, owner, image);
  }
}
