package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@RealCluster
@Isolated("adds nodes")
class HarnessIT {
  @TempDir Path directory;

  @Test
  void rollsADeploymentOutOnNodesOfTwoArchitectures(ControlPlane cluster) throws IOException {
    String namespace = cluster.newNamespace("rollout");
    cluster.addNode("rollout-amd64", "amd64", Map.of("test", namespace), List.of());
    cluster.addNode("rollout-arm64", "arm64", Map.of("test", namespace), List.of());
    cluster.apply(Files.writeString(directory.resolve("web.yaml"), deployment(namespace)));

    cluster.kubectl(
        "wait", "--for=condition=Available", "--timeout=30s", "deployment/web", "-n", namespace);

    assertThat(cluster.kubectl("get", "configmap", "-n", namespace)).contains("second-document");
    assertThat(cluster.kubectl("get", "pods", "-n", namespace, "-o", "wide"))
        .contains("rollout-amd64", "rollout-arm64");
    assertThat(cluster.admin().nodes().withName("rollout-arm64").get().getStatus().getNodeInfo())
        .satisfies(info -> assertThat(info.getArchitecture()).isEqualTo("arm64"));
    cluster.removeNode("rollout-amd64");
    cluster.removeNode("rollout-arm64");
    assertThat(cluster.tryKubectl("get", "node", "rollout-arm64").succeeded()).isFalse();
  }

  @Test
  void saysWhatKubectlSaid(ControlPlane cluster) {
    assertThatThrownBy(() -> cluster.kubectl("get", "pod", "no-such-pod"))
        .hasMessageContaining("\"no-such-pod\" not found");
    assertThat(cluster.tryKubectl("get", "pod", "no-such-pod").exitCode()).isEqualTo(1);
  }

  @Test
  void keepsItsDataThroughAnOutage(ControlPlane cluster) {
    String namespace = cluster.newNamespace("outage");
    createConfigMap(cluster.admin(), namespace, "kept");

    cluster.stopApiServer();
    assertThat(cluster.tryKubectl("get", "namespaces").succeeded()).isFalse();
    cluster.startApiServer();

    assertThat(cluster.admin().configMaps().inNamespace(namespace).withName("kept").get())
        .isNotNull();
    cluster.newNamespace("after-outage"); // the controller-manager works again
    cluster.addNode("after-outage", "arm64"); // and kwok
    cluster.removeNode("after-outage");
  }

  @Test
  void notesEachRequestOnce(ControlPlane cluster) {
    String namespace = cluster.newNamespace("audit");
    createConfigMap(cluster.admin(), namespace, "noted");
    Deployment none =
        cluster.admin().apps().deployments().inNamespace(namespace).withName("none").get();

    assertThat(none).isNull();
    assertThat(
            cluster.audit(
                e -> e.user().equals("admin") && e.namespace().equals(namespace) && e.isWrite()))
        .filteredOn(event -> event.resource().equals("core/configmaps"))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.verb()).isEqualTo("create");
          assertThat(event.code()).isEqualTo(201);
        });
    assertThat(cluster.audit())
        .anySatisfy(event -> {
          assertThat(event.resource()).isEqualTo("apps/deployments");
          assertThat(event.name()).isEqualTo("none");
          assertThat(event.code()).isEqualTo(404);
        });
  }

  @Test
  void givesAServiceAccountItsOwnRightsOnly(ControlPlane cluster) {
    String namespace = cluster.newNamespace("rights");
    Path kubeconfig = cluster.kubeconfigFor(namespace, "default");

    CommandResult secrets = cluster.tryKubectlAs(kubeconfig, "get", "secrets");

    assertThat(secrets.exitCode()).isEqualTo(1);
    assertThat(secrets.stderr())
        .contains("Forbidden", "system:serviceaccount:" + namespace + ":default");
    assertThat(cluster.audit())
        .anySatisfy(event -> {
          assertThat(event.user()).isEqualTo("system:serviceaccount:" + namespace + ":default");
          assertThat(event.code()).isEqualTo(403);
        });
  }

  @Test
  void readsTheProbesOfAnOperatorFromItsLog(ControlPlane cluster) throws IOException {
    Path program =
        Files.writeString(
            directory.resolve("Stub.java"),
            """
            void main() throws Exception {
              var probes = com.sun.net.httpserver.HttpServer.create(
                  new java.net.InetSocketAddress("127.0.0.1", 0), 0);
              probes.createContext("/readyz", e -> { e.sendResponseHeaders(200, -1); e.close(); });
              probes.start();
              IO.println("{\\"message\\":\\"serving /livez and /readyz at 127.0.0.1:%d\\"}"
                  .formatted(probes.getAddress().getPort()));
            }
            """);
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command = List.of(java.toString(), program.toString());

    try (OperatorProcess operator = OperatorProcess.launch(command, cluster.adminKubeconfig())) {
      operator.awaitReady();
      assertThat(operator.probe("/livez")).contains(404);
      assertThat(operator.rssBytes()).isGreaterThan(10_000_000);
      assertThat(operator.stop()).isEqualTo(143);
      assertThat(operator.awaitExit(Duration.ofSeconds(1))).isEqualTo(143);
    }
  }

  private static String deployment(String namespace) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web, namespace: %1$s}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "nginx:1.27"}]
          nodeSelector: {test: %1$s}
          topologySpreadConstraints:
          - maxSkew: 1
            topologyKey: kubernetes.io/arch
            whenUnsatisfiable: DoNotSchedule
            labelSelector: {matchLabels: {app: web}}
    ---
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: second-document, namespace: %1$s}
    """
        .formatted(namespace);
  }

  private static void createConfigMap(KubernetesClient client, String namespace, String name) {
    client
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }
}
