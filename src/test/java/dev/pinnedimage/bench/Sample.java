package dev.pinnedimage.bench;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.OperatorProcess;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A PinnedImage as the operator leaves it, two workloads and three moves later, of which copies can
 * be made under other names.
 */
final class Sample {
  private static final String NAME = "app-000";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final KubernetesClient admin;
  private final String image;
  private final String json;

  private Sample(KubernetesClient admin, String image, String json) {
    this.admin = admin;
    this.image = image;
    this.json = json;
  }

  /** By the real operator, which has ended when this returns. */
  static Sample make(ControlPlane cluster) {
    String namespace = cluster.newNamespace("sample");
    Path kubeconfig = cluster.kubeconfigFor("pinnedimage-system", "pinnedimage-operator");
    try (RegistryServer registry = RegistryServer.start();
        OperatorProcess _ = OperatorProcess.start(kubeconfig, config(namespace, registry))) {
      Moves moves = new Moves(cluster.admin(), namespace, new TestImages(registry));
      PushedImage first = moves.push("a");
      moves.declare(first.reference(registry));
      for (String seed : List.of("b", "c", "d")) {
        moves.approve(moves.push(seed));
      }
      moves.awaitUpToDate();
      return new Sample(cluster.admin(), first.reference(registry), moves.json());
    }
  }

  private static Path config(String namespace, RegistryServer registry) {
    try {
      Path file = Files.createTempFile("operator", ".yaml");
      file.toFile().deleteOnExit();
      return Files.writeString(
          file,
          """
          namespaces: [%s]
          httpAddress: 127.0.0.1:0
          registries:
          - {host: "%s", plainHttp: true}
          """
              .formatted(namespace, registry.host()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The image that one of the copies pins. */
  String image(int copy) {
    return named(image, copy);
  }

  /** As an applier and the operator wrote the first. */
  void copyTo(String namespace, int copy) {
    ObjectNode spec = object(namespace, copy);
    JsonNode status = spec.remove("status");
    apply(spec, "", "flux");
    ObjectNode withStatus = object(namespace, copy);
    withStatus.remove("spec");
    withStatus.set("status", status);
    apply(withStatus, "status", "pinnedimage-operator");
  }

  private ObjectNode object(String namespace, int copy) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(named(json, copy));
      object.putObject("metadata").put("name", named(NAME, copy)).put("namespace", namespace);
      return object;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void apply(ObjectNode object, String subresource, String manager) {
    PatchContext context =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(true)
            .build();
    var resource =
        admin.resource(Serialization.unmarshal(object.toString(), GenericKubernetesResource.class));
    if (subresource.isEmpty()) {
      resource.patch(context);
    } else {
      resource.subresource(subresource).patch(context);
    }
  }

  private static String named(String text, int copy) {
    return text.replace(NAME, "app-%03d".formatted(copy));
  }

  /** The PinnedImage while the operator is at work on it. */
  private record Moves(KubernetesClient admin, String namespace, TestImages images) {
    PushedImage push(String seed) {
      return images.pushIndex(NAME, "1", seed, "linux/amd64", "linux/arm64");
    }

    void declare(String image) {
      load(
          """
          apiVersion: pinnedimage.dev/v1alpha1
          kind: PinnedImage
          metadata: {name: %s, namespace: %s}
          spec: {image: "%s", checkInterval: 10s}
          """
              .formatted(NAME, namespace, image));
      for (String name : List.of("frontend", "worker")) {
        load(
            """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %s, namespace: %s}
            spec:
              replicas: 0
              selector: {matchLabels: {app: %s}}
              template:
                metadata: {labels: {app: %s}}
                spec: {containers: [{name: main, image: "%s"}]}
            """
                .formatted(name, namespace, name, name, image));
      }
      awaitStatus("2/2", "/workloads/summary");
    }

    void approve(PushedImage image) {
      String digest = image.digest().value();
      admin
          .resource(now())
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"digest\":\"%s\"}}".formatted(digest));
      awaitStatus(digest, "/pinned/digest");
      awaitStatus("2/2", "/workloads/summary");
    }

    void awaitUpToDate() {
      awaitStatus(object().at("/status/pinned/digest").asText(), "/upstream/digest");
    }

    private void load(String yaml) {
      admin
          .resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
          .fieldManager("flux")
          .serverSideApply();
    }

    private GenericKubernetesResource now() {
      return admin
          .genericKubernetesResources("pinnedimage.dev/v1alpha1", "PinnedImage")
          .inNamespace(namespace)
          .withName(NAME)
          .require();
    }

    private JsonNode object() {
      return JSON.valueToTree(now());
    }

    private void awaitStatus(String value, String path) {
      await(path)
          .atMost(Duration.ofSeconds(60))
          .until(() -> object().at("/status" + path).asText(), value::equals);
    }

    String json() {
      return object().toString();
    }
  }
}
