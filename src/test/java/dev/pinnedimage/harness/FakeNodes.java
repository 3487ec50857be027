package dev.pinnedimage.harness;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Linux nodes that kwok plays: pods scheduled on them become Ready at once. */
final class FakeNodes {
  static final String ANNOTATION = "kwok.x-k8s.io/node";
  private static final Duration READY_WITHIN = Duration.ofSeconds(30);
  private static final Map<String, Quantity> PLENTY =
      Map.of(
          "cpu", new Quantity("1000"),
          "memory", new Quantity("1Ti"),
          "ephemeral-storage", new Quantity("1Ti"),
          "pods", new Quantity("10000"));

  private final KubernetesClient client;

  FakeNodes(KubernetesClient client) {
    this.client = client;
  }

  /** Returns the node once it is Ready and the controller-manager has taken its own taints off. */
  Node add(String name, String arch, Map<String, String> labels, List<Taint> taints) {
    client.nodes().resource(node(name, arch, labels, taints)).create();
    Await.until(
        "node " + name + " to be schedulable", READY_WITHIN, () -> isSchedulable(get(name)));
    return get(name);
  }

  void remove(String name) {
    client.nodes().withName(name).withTimeout(30, TimeUnit.SECONDS).delete();
  }

  private Node get(String name) {
    return client.nodes().withName(name).require();
  }

  private static Node node(
      String name, String arch, Map<String, String> labels, List<Taint> taints) {
    return new NodeBuilder()
        .withNewMetadata()
        .withName(name)
        .addToAnnotations(ANNOTATION, "fake")
        .addToLabels("kubernetes.io/arch", arch)
        .addToLabels("kubernetes.io/os", "linux")
        .addToLabels("kubernetes.io/hostname", name)
        .addToLabels(labels)
        .endMetadata()
        .withNewSpec()
        .withTaints(taints)
        .endSpec()
        .withNewStatus()
        .withAllocatable(PLENTY)
        .withCapacity(PLENTY)
        .withNewNodeInfo()
        .withArchitecture(arch)
        .withOperatingSystem("linux")
        .endNodeInfo()
        .endStatus()
        .build();
  }

  private static boolean isSchedulable(Node node) {
    boolean ready =
        node.getStatus().getConditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    boolean held =
        node.getSpec().getTaints().stream()
            .anyMatch(t -> Objects.equals(t.getKey(), "node.kubernetes.io/not-ready"));
    return ready && !held;
  }
}
