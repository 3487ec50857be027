package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealCluster
class GitOpsToolsIT {
  @TempDir Path directory;

  @Test
  void fluxAppliesACommitAndLeavesItUnchangedAfterwards(ControlPlane cluster) {
    String namespace = cluster.newNamespace("flux");
    String web = "Deployment/" + namespace + "/web";
    try (FluxController flux = FluxController.start(cluster, namespace)) {
      String first = flux.commit("app", Map.of("web.yaml", deployment("nginx:1.27")));
      flux.kustomization("app", "wait: true");
      flux.awaitApplied("app", first);
      assertThat(image(cluster, namespace)).isEqualTo("nginx:1.27");

      flux.awaitApplies("app", 3, Duration.ofSeconds(30));
      assertThat(flux.applies("app").subList(0, 3))
          .extracting(FluxApply::actions)
          .containsExactly(
              Map.of(web, "created"), Map.of(web, "unchanged"), Map.of(web, "unchanged"));

      String second = flux.commit("app", Map.of("web.yaml", deployment("nginx:1.28")));
      flux.awaitApplied("app", second);
      assertThat(image(cluster, namespace)).isEqualTo("nginx:1.28");
      assertThat(flux.applies("app"))
          .filteredOn(apply -> apply.revision().equals(second))
          .first()
          .satisfies(apply -> assertThat(apply.actions()).containsEntry(web, "configured"));
      assertThat(
              cluster.audit(
                  event -> event.user().equals(flux.user()) && event.verb().equals("patch")))
          .anySatisfy(event -> assertThat(event.name()).isEqualTo("web"));
    }
  }

  @Test
  void fluxSaysWhyACommitCannotBeApplied(ControlPlane cluster) {
    String namespace = cluster.newNamespace("flux-broken");
    try (FluxController flux = FluxController.start(cluster, namespace)) {
      flux.commit(
          "app", Map.of("web.yaml", deployment("nginx:1.27").replace("apps/v1", "apps/v0")));
      flux.kustomization("app");

      Await.until(
          "the Kustomization to fail",
          Duration.ofSeconds(30),
          () -> flux.ready("app").contains("no matches for kind \"Deployment\""));
      assertThat(flux.ready("app")).startsWith("False, ReconciliationFailed");
      assertThat(flux.applies("app")).isEmpty();
    }
  }

  @Test
  void helmInstallsAndUpgradesAChart(ControlPlane cluster) {
    String namespace = cluster.newNamespace("helm");
    Helm helm = new Helm(cluster);
    String chart =
        Helm.chart(directory.resolve("web"), deployment("{{ .Values.image }}")).toString();

    helm.run("install", "web", chart, "-n", namespace, "--wait", "--set", "image=nginx:1.27");
    assertThat(image(cluster, namespace)).isEqualTo("nginx:1.27");
    String said = helm.run("upgrade", "web", chart, "-n", namespace, "--set", "image=nginx:1.28");
    assertThat(said).contains("REVISION: 2");
    assertThat(image(cluster, namespace)).isEqualTo("nginx:1.28");

    assertThat(helm.run("version", "--short")).startsWith("v4.");
    assertThat(helm.run("env").lines().filter(line -> line.matches("HELM_[A-Z]+_HOME=.*")))
        .hasSize(3)
        .noneMatch(line -> line.contains(System.getProperty("user.home")));
    assertThatThrownBy(() -> helm.run("status", "no-such-release", "-n", namespace))
        .hasMessageContaining("helm status no-such-release")
        .hasMessageContaining("release: not found");
  }

  @Test
  void anOlderClusterServesNoMutatingPolicyAndWritesDeployments(ControlPlane newer)
      throws IOException {
    try (ControlPlane older = ControlPlane.startWithoutPolicyApi()) {
      String namespace = older.newNamespace("older");
      Path web = Files.writeString(directory.resolve("web.yaml"), deployment("nginx:1.27"));
      older.kubectl("apply", "-n", namespace, "-f", web.toString());
      older.kubectl("set", "image", "deployment/web", "web=nginx:1.28", "-n", namespace);

      assertThat(image(older, namespace)).isEqualTo("nginx:1.28");
      assertThat(admissionResources(older))
          .contains("validatingadmissionpolicies")
          .doesNotContain("mutatingadmissionpolic");
      assertThat(admissionResources(newer))
          .contains("mutatingadmissionpolicies", "mutatingadmissionpolicybindings");
      assertThat(newer.kubectl("get", "mutatingadmissionpolicies", "-o", "name")).isEmpty();
    }
  }

  private static String admissionResources(ControlPlane cluster) {
    return cluster.kubectl(
        "api-resources",
        "--api-group=admissionregistration.k8s.io",
        "--cached=false",
        "-o",
        "name");
  }

  private static String image(ControlPlane cluster, String namespace) {
    return cluster
        .admin()
        .apps()
        .deployments()
        .inNamespace(namespace)
        .withName("web")
        .require()
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  /** Without replicas: other tests count nodes. */
  private static String deployment(String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 0
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec:
          containers: [{name: web, image: "%s"}]
    """
        .formatted(image);
  }
}
