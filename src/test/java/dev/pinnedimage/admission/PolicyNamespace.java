package dev.pinnedimage.admission;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A namespace of the cluster with the policy, in which the test plays the operator. */
final class PolicyNamespace implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String MANAGER = "pinnedimage-operator";

  final ControlPlane cluster;
  final String name;
  private final KubernetesClient admin;
  private final KubernetesClient operator;
  private int writes;

  PolicyNamespace(ControlPlane cluster, String prefix) {
    this.cluster = cluster;
    this.name = cluster.newNamespace(prefix);
    this.admin = cluster.admin();
    Path kubeconfig = cluster.kubeconfigFor("pinnedimage-system", MANAGER);
    Config config = Config.fromKubeconfig(kubeconfig.toFile());
    this.operator = new KubernetesClientBuilder().withConfig(config).build();
  }

  /** With its status, as the operator writes it; returns when the policy knows of it. */
  PinnedImage publish(Pin pin) {
    PinnedImage published = declare(pin);
    write(pin.name(), pin.status());
    awaitSeen();
    return published;
  }

  /** Without a status. */
  PinnedImage declare(Pin pin) {
    return admin
        .resource(Serialization.unmarshal(pin.yaml(name), PinnedImage.class))
        .fieldManager("flux")
        .forceConflicts()
        .serverSideApply();
  }

  void write(String pinnedImage, String status) {
    String yaml =
        "apiVersion: pinnedimage.dev/v1alpha1\nkind: PinnedImage\n"
            + "metadata: {name: %s, namespace: %s}\nstatus: %s\n"
                .formatted(pinnedImage, name, status);
    admin
        .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
        .subresource("status")
        .patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(MANAGER)
                .withForce(true)
                .build());
  }

  void delete(Pin pin) {
    admin.resource(Serialization.unmarshal(pin.yaml(name), PinnedImage.class)).delete();
    awaitSeen();
  }

  /** The policy sees writes of PinnedImages in their order: until it has seen one of now. */
  void awaitSeen() {
    Pin marker = Pin.of("marker", "marker.example/image:" + ++writes, Pin.digest("0"));
    declare(marker);
    write(marker.name(), marker.status());
    Manifest probe = Manifest.of(Kind.POD, "probe", marker.image());
    await("the policy to see PinnedImage marker")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> tried(probe).equals(List.of(marker.pinned())));
  }

  /** The images that it would be created with. */
  List<String> tried(Manifest manifest) {
    return manifest.images(admin.resource(manifest.in(name)).dryRun().create());
  }

  /** The images that it is created with. */
  List<String> created(Manifest manifest) {
    return manifest.images(admin.resource(manifest.in(name)).create());
  }

  /** Server-side, as Flux does. */
  GenericKubernetesResource apply(Manifest manifest) {
    return admin
        .resource(manifest.in(name))
        .fieldManager("flux")
        .forceConflicts()
        .serverSideApply();
  }

  List<String> applied(Manifest manifest) {
    return manifest.images(apply(manifest));
  }

  GenericKubernetesResource now(Manifest manifest) {
    return admin.resource(manifest.in(name)).require();
  }

  List<String> images(Manifest manifest) {
    return manifest.images(now(manifest));
  }

  /** A patch that only tests, as the operator sends it for a PinnedImage. */
  GenericKubernetesResource nudgedByOperator(Manifest manifest, PinnedImage pinnedImage) {
    return nudged(operator, manifest, MANAGER + ":" + pinnedImage.getMetadata().getUid());
  }

  GenericKubernetesResource nudgedByOperator(Manifest manifest, String manager) {
    return nudged(operator, manifest, manager);
  }

  GenericKubernetesResource nudgedByAdmin(Manifest manifest, String manager) {
    return nudged(admin, manifest, manager);
  }

  private GenericKubernetesResource nudged(KubernetesClient as, Manifest manifest, String manager) {
    GenericKubernetesResource now = now(manifest);
    PatchContext context =
        new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager(manager).build();
    String test =
        "[{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"%s\"}]"
            .formatted(now.getMetadata().getUid());
    return as.resource(now).patch(context, test);
  }

  /** As a person edits it. */
  GenericKubernetesResource patched(Manifest manifest, String jsonPatch) {
    PatchContext context =
        new PatchContext.Builder().withPatchType(PatchType.JSON).withFieldManager("person").build();
    return admin.resource(manifest.in(name)).patch(context, jsonPatch);
  }

  GenericKubernetesResource withImage(Manifest manifest, int container, String image) {
    return patched(
        manifest,
        "[{\"op\":\"replace\",\"path\":\"%s/containers/%d/image\",\"value\":\"%s\"}]"
            .formatted(manifest.kind().podSpec(), container, image));
  }

  /** For kubectl, which reads no standard input here. */
  Path file(Manifest manifest) {
    try {
      Path file = Files.createTempFile(manifest.name() + "-", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(file, manifest.yaml(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String kubectl(String... arguments) {
    return cluster.kubectl(here(arguments));
  }

  CommandResult tryKubectl(String... arguments) {
    return cluster.tryKubectl(here(arguments));
  }

  private String[] here(String... arguments) {
    return Stream.concat(Stream.of("-n", name), Stream.of(arguments)).toArray(String[]::new);
  }

  /** Until its controller has nothing more to write about it. */
  GenericKubernetesResource settled(Manifest deployment) {
    await(deployment.name())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          Deployment now =
              admin.apps().deployments().inNamespace(name).withName(deployment.name()).require();
          return now.getMetadata().getGeneration().equals(now.getStatus().getObservedGeneration())
              && now.getStatus().getConditions().stream()
                  .anyMatch(condition -> condition.getReason().equals("NewReplicaSetAvailable"));
        });
    return now(deployment);
  }

  @Override
  public void close() {
    operator.close();
  }
}
