package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code deploy/guard.yaml}, on a cluster of its own: what it installs is everybody's. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class GuardIT {
  private static final String DENIED = "denied request: ";
  private static ControlPlane cluster;
  private static RegistryServer registry;

  /** Its namespace denies, and its PinnedImage {@code web} has refused its tag. */
  private static World world;

  private static PushedImage refused;

  @BeforeAll
  static void start() {
    cluster = ControlPlane.start();
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "guard");
    cluster.apply(Path.of("deploy/guard.yaml"));
    refused = world.images.pushManifest("web", "1.4", "laptop", World.ARM64);
    running("before", refused.reference(registry));
    deny(world.namespace);
    world.pin("web", refused.reference(registry));
    world.pin(
        "narrow",
        world.images.pushManifest("narrow", "1", "laptop", World.ARM64).reference(registry),
        "workloadSelector: {matchLabels: {app: web, tier: front}}");
    world.pin(
        "report",
        world.images.pushManifest("report", "1", "laptop", World.ARM64).reference(registry),
        "mode: Report");
    for (String name : new String[] {"web", "narrow", "report"}) {
      world.awaitCondition(name, ConditionType.Ready, "False", "NotMultiArch");
    }
    awaitDenied(refused.reference(registry));
    awaitDenied(registry.host() + "/narrow:1");
  }

  @AfterAll
  static void stop() {
    world.killOperator();
    registry.close();
    cluster.close();
  }

  private static void running(String name, String image) {
    cluster.kubectl(
        "create", "deployment", name, "--image=" + image, "--replicas=1", "-n", world.namespace);
  }

  private static void deny(String namespace) {
    cluster.kubectl("label", "namespace", namespace, "pinnedimage.dev/guard=deny");
  }

  /** Until the API server knows the policy, and what the operator found. */
  private static void awaitDenied(String image) {
    await(image)
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> dryRun(WorkloadYaml.deployment(image)).stderr().contains(DENIED));
  }

  private static CommandResult dryRun(String yaml) {
    try {
      Path file = Files.createTempFile("guarded", ".yaml");
      try {
        Files.writeString(file, yaml);
        return cluster.tryKubectl(
            "create", "--dry-run=server", "-n", world.namespace, "-f", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertPasses(CommandResult result) {
    assertThat(result.exitCode()).as(result.stderr()).isZero();
    assertThat(result.stderr()).doesNotContain("Warning");
  }

  @Test
  void anArm64ImageBehindTheTagIsWarnedOfThenDeniedAndOnceMendedAdmitted() {
    try (World incident = World.start(cluster, registry, "incident")) {
      PushedImage laptop = incident.images.pushManifest("shop", "1.4", "laptop", World.ARM64);
      String image = laptop.reference(registry);
      incident.pin("shop", image);
      Condition why = incident.awaitCondition("shop", ConditionType.Ready, "False", "NotMultiArch");
      String[] create = {
        "create", "deployment", "shop", "--image=" + image, "-n", incident.namespace
      };
      String says = image + ": PinnedImage shop has no pin for it: " + why.message();

      await().atMost(World.PATIENCE).until(() -> dry(create).stderr().contains(says));
      CommandResult warned = dry(create);
      assertThat(warned.succeeded()).isTrue();
      assertThat(warned.stderr())
          .startsWith(
              "Warning: Validation failed for ValidatingAdmissionPolicy 'pinnedimage-guard'")
          .contains(says)
          .contains("is a plain manifest for linux/arm64 and no index, while linux/amd64")
          .contains("kubectl wait pinnedimage/shop -n " + incident.namespace);

      deny(incident.namespace);
      await().atMost(World.PATIENCE).until(() -> !dry(create).succeeded());
      CommandResult denied = cluster.tryKubectl(create);
      assertThat(denied.exitCode()).isEqualTo(1);
      assertThat(denied.stderr()).contains("'pinnedimage-guard'", DENIED + says);
      assertThat(incident.deployment("shop")).isNull();

      PushedImage good = incident.push("shop", "1.4", "ci");
      incident.lookNow("shop");
      incident.awaitReady("shop");
      await().atMost(World.PATIENCE).until(() -> dry(create).succeeded());
      assertPasses(cluster.tryKubectl(create));
      incident.awaitImages("shop", good.pinned(registry));
    }
  }

  private static CommandResult dry(String... create) {
    String[] all = Arrays.copyOf(create, create.length + 1);
    all[create.length] = "--dry-run=server";
    return cluster.tryKubectl(all);
  }

  @ParameterizedTest
  @CsvSource({
    "Deployment, containers",
    "Deployment, initContainers",
    "Deployment, volumes",
    "StatefulSet, containers",
    "DaemonSet, containers",
    "CronJob, containers",
    "CronJob, volumes",
    "Job, containers",
    "Pod, containers",
    "Pod, initContainers",
    "Pod, volumes",
  })
  void everyKindAndEveryPlaceForAnImageIsGuarded(String kind, String place) {
    assertThat(
            dryRun(
                    WorkloadYaml.of(
                        kind, "", WorkloadYaml.podSpec(place, refused.reference(registry))))
                .stderr())
        .contains(DENIED + refused.reference(registry) + ": PinnedImage web has no pin for it");
    assertPasses(
        dryRun(
            WorkloadYaml.of(kind, "", WorkloadYaml.podSpec(place, registry.host() + "/web:1.5"))));
  }

  @Test
  void aPinnedImageThatWasNotLookedAtYetIsNamedAsThat() {
    String elsewhere = cluster.newNamespace("unwatched");
    deny(elsewhere);
    cluster
        .admin()
        .resource(
            cluster
                .admin()
                .getKubernetesSerialization()
                .unmarshal(
                    """
                    apiVersion: pinnedimage.dev/v1alpha1
                    kind: PinnedImage
                    metadata: {name: web, namespace: %s}
                    spec: {image: "registry.example.com/team/web:1"}
                    """
                        .formatted(elsewhere),
                    PinnedImage.class))
        .create();
    String[] create = {
      "create", "deployment", "a", "--image=registry.example.com/team/web:1", "-n", elsewhere
    };

    await().atMost(World.PATIENCE).until(() -> !dry(create).succeeded());
    assertThat(dry(create).stderr())
        .contains(
            DENIED
                + "registry.example.com/team/web:1: PinnedImage web has no pin for it: the operator"
                + " has not looked at it yet; apply this again once there is one: kubectl wait"
                + " pinnedimage/web -n "
                + elsewhere);
    create[3] = "--image=registry.example.com/team/web:2";
    assertPasses(dry(create));
  }

  @Test
  void aDigestThatAUserWrotePasses() {
    assertPasses(
        dryRun(WorkloadYaml.deployment(refused.reference(registry) + "@" + refused.digest())));
  }

  @Test
  void whatThePinnedImageHasNoSayInPasses() {
    String containers = "containers: [{name: c, image: '" + refused.reference(registry) + "'}]";

    assertPasses(
        dryRun(
            WorkloadYaml.of(
                "Deployment", "annotations: {pinnedimage.dev/ignore: 'true'}", containers)));
    assertPasses(
        dryRun(
            WorkloadYaml.of(
                "Pod",
                "ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: b, controller:"
                    + " true}]",
                containers)));
    assertPasses(dryRun(WorkloadYaml.deployment(registry.host() + "/report:1")));
    assertPasses(
        dryRun(
            WorkloadYaml.deployment(registry.host() + "/narrow:1")
                .replace("tier: front", "tier: back")));
    assertThat(
            dryRun(
                    WorkloadYaml.of(
                        "Deployment", "annotations: {pinnedimage.dev/ignore: 'yes'}", containers))
                .stderr())
        .contains(DENIED);
  }

  @Test
  void anotherNamespacesPinnedImagesHaveNoSay() {
    String neighbour = cluster.newNamespace("neighbour");
    deny(neighbour);

    assertPasses(
        dry(
            "create",
            "deployment",
            "a",
            "--image=" + refused.reference(registry),
            "-n",
            neighbour));
  }

  @Test
  void anEditOfSomethingElsePassesAndOneToTheRefusedTagDoesNot() {
    String before = "deployment/before";
    String ns = world.namespace;
    assertPasses(cluster.tryKubectl("annotate", before, "note=1", "-n", ns, "--overwrite"));
    assertPasses(cluster.tryKubectl("rollout", "restart", before, "-n", ns));
    assertPasses(cluster.tryKubectl("scale", before, "--replicas=2", "-n", ns));
    await("pods that a ReplicaSet makes")
        .atMost(World.PATIENCE)
        .until(() ->
            Integer.valueOf(2).equals(world.deployment("before").getStatus().getReadyReplicas()));
    String name =
        world
            .deployment("before")
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst()
            .getName();
    assertPasses(cluster.tryKubectl("set", "image", before, name + "=other:1", "-n", ns));

    assertThat(
            cluster
                .tryKubectl(
                    "set", "image", before, name + "=" + refused.reference(registry), "-n", ns)
                .stderr())
        .contains(DENIED);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void withTheCrdDeletedWorkloadsCanStillBeWritten(@TempDir Path directory) throws IOException {
    cluster.kubectl("delete", "crd", "pinnedimages.pinnedimage.dev");
    assertPasses(dryRun(WorkloadYaml.deployment(refused.reference(registry))));

    // An API server that has never seen the CRD finds fault with the policy: a witness shows when.
    String witness =
        Files.readString(Path.of("deploy/guard.yaml"))
            .replace("pinnedimage-guard", "witness")
            .replace("failurePolicy: Ignore", "failurePolicy: Fail")
            .replaceAll("resources: \\[.*", "resources: [replicasets]");
    cluster.apply(Files.writeString(directory.resolve("witness.yaml"), witness));
    cluster.stopApiServer();
    cluster.startApiServer();
    String replicaSet =
        WorkloadYaml.of("ReplicaSet", "", WorkloadYaml.podSpec("containers", "other"));
    await()
        .atMost(World.PATIENCE)
        .until(() -> dryRun(replicaSet).stderr().contains("failed to configure policy"));
    assertPasses(dryRun(WorkloadYaml.deployment(refused.reference(registry))));
  }
}
