package dev.pinnedimage.it;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a move costs the API server where many workloads carry the pin. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyRolloutsIT {
  private static final int NAMESPACES = 10;
  private static final int DEPLOYMENTS = 5;
  private static final Duration PATIENCE = World.PATIENCE.multipliedBy(3);

  private World world;
  private List<String> namespaces;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) throws IOException {
    world = World.start(cluster, registry, "many");
    namespaces =
        Stream.concat(
                Stream.of(world.namespace),
                IntStream.range(1, NAMESPACES).mapToObj(i -> cluster.newNamespace("many")))
            .toList();
    String all = "namespaces: [" + String.join(", ", namespaces) + "]";
    Files.writeString(
        world.config(),
        Files.readString(world.config()).replace("namespaces: [" + world.namespace + "]", all));
    world.restartOperator(Map.of());
  }

  @AfterAll
  void stop() {
    namespaces.forEach(n -> world.client().resources(PinnedImage.class).inNamespace(n).delete());
    world.close();
  }

  @Test
  void aMoveOverFiftyDeploymentsInTenNamespacesIsFiftyPatchesThatOnlyTestAndFiftyRollouts() {
    PushedImage first = world.push("many", "1", "a");
    namespaces.forEach(n -> pin(n, first));
    awaitReady(first);
    namespaces.forEach(n -> IntStream.range(0, DEPLOYMENTS).forEach(i -> deploy(n, i, first)));
    awaitRollouts(1);
    assertThat(patches()).isEmpty();

    PushedImage second = world.push("many", "1", "b");
    namespaces.forEach(n ->
        world.cluster.kubectl(
            "patch",
            "pin",
            "many",
            "-n",
            n,
            "--type=merge",
            "-p",
            "{\"spec\":{\"digest\":\"" + second.digest() + "\"}}"));
    awaitReady(second);
    awaitRollouts(2);

    assertThat(patches()).hasSize(NAMESPACES * DEPLOYMENTS).allMatch(patch -> patch.code() == 200);
    assertThat(deployments())
        .hasSize(NAMESPACES * DEPLOYMENTS)
        .allSatisfy(d -> {
          assertThat(d.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage())
              .isEqualTo(second.pinned(world.registry));
          assertThat(d.getMetadata().getGeneration()).isEqualTo(2);
          // So each patch did nothing but test: a field that it had replaced would be its own.
          assertThat(d.getMetadata().getManagedFields())
              .noneMatch(entry -> entry.getManager().startsWith("pinnedimage-operator"));
        });
  }

  private void pin(String namespace, PushedImage image) {
    String yaml =
        """
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata: {name: many, namespace: %s}
        spec: {image: "%s", checkInterval: 1h}
        """
            .formatted(namespace, image.reference(world.registry));
    world
        .client()
        .resource(world.client().getKubernetesSerialization().unmarshal(yaml, PinnedImage.class))
        .create();
  }

  private void deploy(String namespace, int number, PushedImage image) {
    world.cluster.kubectl(
        "create",
        "deployment",
        "web-" + number,
        "-n",
        namespace,
        "--image=" + image.reference(world.registry));
  }

  private void awaitReady(PushedImage image) {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                namespaces.stream()
                    .map(n ->
                        world
                            .client()
                            .resources(PinnedImage.class)
                            .inNamespace(n)
                            .withName("many")
                            .require()
                            .lastStatus())
                    .filter(s -> s.pinned() != null)
                    .filter(s -> s.pinned().digest().equals(image.digest().value()))
                    .flatMap(s -> s.condition(ConditionType.Ready).stream())
                    .filter(Condition::isTrue)
                    .count(),
            n -> n == NAMESPACES);
  }

  /** Every Deployment has had as many, and none has had more. */
  private void awaitRollouts(int each) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> {
          assertThat(deployments())
              .allMatch(d ->
                  d.getMetadata().getGeneration().equals(d.getStatus().getObservedGeneration()));
          Map<String, Long> replicaSets =
              namespaces.stream()
                  .flatMap(this::replicaSets)
                  .map(r ->
                      r.getMetadata().getNamespace()
                          + "/"
                          + r.getMetadata().getOwnerReferences().getFirst().getName())
                  .collect(groupingBy(name -> name, counting()));
          assertThat(replicaSets).hasSize(NAMESPACES * DEPLOYMENTS);
          assertThat(replicaSets.values()).containsOnly((long) each);
        });
  }

  private Stream<ReplicaSet> replicaSets(String namespace) {
    return world.client().apps().replicaSets().inNamespace(namespace).list().getItems().stream();
  }

  private List<Deployment> deployments() {
    return namespaces.stream()
        .flatMap(n -> world.client().apps().deployments().inNamespace(n).list().getItems().stream())
        .toList();
  }

  private List<AuditEvent> patches() {
    return world.cluster.audit(event ->
        event.verb().equals("patch")
            && event.user().endsWith(":pinnedimage-operator")
            && event.resource().equals("apps/deployments")
            && namespaces.contains(event.namespace()));
  }
}
