package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.OperatorProcess;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Starting and stopping: what a person reads when it does not work, and what it costs when it does.
 */
@RealCluster
@Isolated("measures time and memory")
class StartIT {
  private static final Duration START_BUDGET = Duration.ofSeconds(3);
  private static final long RSS_BUDGET = 200L * 1024 * 1024;
  private static final int BURST = 20;

  @TempDir Path files;

  @Test
  void reconcilesWithinThreeSecondsAndStaysSmall(ControlPlane cluster, RegistryServer registry) {
    try (World world = World.start(cluster, registry, "start")) {
      PushedImage image = world.push("start", "1", "a");
      List<Duration> starts = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        world.killOperator();
        world.pin("web" + i, image.reference(registry));
        starts.add(startAndReconcile(world, "web" + i));
      }
      Duration median = starts.stream().sorted().toList().get(1);
      long rss = world.operator().rssBytes();
      System.out.printf(
          "process start to first reconciliation: %d ms (median of 3); RSS idle: %d MiB%n",
          median.toMillis(), rss / 1024 / 1024);
      assertThat(median).isLessThan(START_BUDGET);
      assertThat(rss).isLessThan(RSS_BUDGET);
      assertThat(world.operator().probe("/livez")).contains(200);
      assertThat(world.operator().probe("/readyz")).contains(200);
      assertThat(world.operator().stop()).isIn(0, 143);
      world.startOperator();
    }
  }

  /** With the flags and the memory limit that install.yaml gives it. */
  @Test
  void staysSmallAfterABurstAsItIsDeployed(ControlPlane cluster, RegistryServer registry) {
    try (World world = World.start(cluster, registry, "deployed")) {
      world.killOperator();
      world.startOperator(deployedJvmOptions(cluster));
      PushedImage image = world.push("deployed", "1", "a");
      for (int i = 0; i < BURST; i++) {
        world.deploy("web" + i, image.reference(registry));
        world.pin(
            "web" + i,
            image.reference(registry),
            "workloadSelector: {matchLabels: {app: web" + i + "}}");
      }
      for (int i = 0; i < BURST; i++) {
        world.awaitPinned("web" + i, image);
        world.awaitImages("web" + i, image.pinned(registry));
      }
      long rss = world.operator().rssBytes();
      System.out.printf(
          "RSS as deployed, with %d PinnedImages: %d MiB%n", BURST, rss / 1024 / 1024);
      assertThat(rss).isLessThan(RSS_BUDGET);
    }
  }

  private static String[] deployedJvmOptions(ControlPlane cluster) {
    Container operator =
        cluster
            .admin()
            .apps()
            .deployments()
            .inNamespace("pinnedimage-system")
            .withName("pinnedimage-operator")
            .get()
            .getSpec()
            .getTemplate()
            .getSpec()
            .getContainers()
            .getFirst();
    String flags =
        operator.getEnv().stream()
            .filter(variable -> variable.getName().equals("JAVA_TOOL_OPTIONS"))
            .findFirst()
            .orElseThrow()
            .getValue();
    long limit = operator.getResources().getLimits().get("memory").getNumericalAmount().longValue();
    return (flags + " -XX:MaxRAM=" + limit).split(" ", -1);
  }

  private static Duration startAndReconcile(World world, String name) {
    long launched = System.nanoTime();
    world.startOperator();
    world.awaitStatus(name, status -> status.observedGeneration() != null);
    return Duration.ofNanos(System.nanoTime() - launched);
  }

  @Test
  void saysThatTheApiServerCannotBeReached() throws IOException {
    String kubeconfig =
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "https://127.0.0.1:1"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """;
    Path file = Files.writeString(files.resolve("kubeconfig"), kubeconfig);
    assertRefusesToStart(
        file, "httpAddress: 127.0.0.1:0", "cannot reach the API server at https://127.0.0.1:1");
  }

  @Test
  void saysThatTheKubeconfigIsOfNoUse(ControlPlane cluster) throws IOException {
    String good = Files.readString(cluster.adminKubeconfig());
    Path file = files.resolve("kubeconfig");
    Files.writeString(file, "clusters: [{");
    assertRefusesToStart(file, "httpAddress: 127.0.0.1:0", "the kubeconfig cannot be used");

    Files.writeString(
        file, good.replaceAll("certificate-authority: .*", "certificate-authority: /no/such.crt"));
    assertRefusesToStart(file, "httpAddress: 127.0.0.1:0", "the kubeconfig cannot be used");

    Files.writeString(file, good.replaceAll("certificate-authority: .*", "proxy-url: ''"));
    assertRefusesToStart(
        file,
        "httpAddress: 127.0.0.1:0",
        "is not trusted: check certificate-authority in the kubeconfig");

    Files.writeString(file, good.replaceAll("token: .*", "token: wrong"));
    assertRefusesToStart(
        file, "httpAddress: 127.0.0.1:0", "does not accept the credentials: renew those");
  }

  @Test
  void saysThatTheCrdIsMissing(ControlPlane shared) throws IOException {
    try (ControlPlane bare = ControlPlane.start()) {
      assertRefusesToStart(
          bare.adminKubeconfig(),
          "httpAddress: 127.0.0.1:0",
          "does not know pinnedimages.pinnedimage.dev: apply crds/pinnedimages.pinnedimage.dev-v1.yml");
    }
  }

  @Test
  void saysWhichRightIsMissing(ControlPlane cluster) throws IOException {
    cluster.apply(Path.of("deploy/install.yaml"));
    String namespace = cluster.newNamespace("rights");
    cluster
        .admin()
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("nobody")
                .withNamespace(namespace)
                .endMetadata()
                .build())
        .create();
    assertRefusesToStart(
        cluster.kubeconfigFor(namespace, "nobody"),
        "httpAddress: 127.0.0.1:0",
        "no right to list pinnedimages.pinnedimage.dev: apply deploy/install.yaml");
    cluster.kubectl(
        "create",
        "clusterrole",
        "only-pins-" + namespace,
        "--verb=get,list,watch",
        "--resource=pinnedimages.pinnedimage.dev");
    cluster.kubectl(
        "create",
        "clusterrolebinding",
        "only-pins-" + namespace,
        "--clusterrole=only-pins-" + namespace,
        "--serviceaccount=" + namespace + ":nobody");
    assertRefusesToStart(
        cluster.kubeconfigFor(namespace, "nobody"),
        "httpAddress: 127.0.0.1:0",
        "no right to list nodes: apply deploy/install.yaml");
  }

  @Test
  void saysWhichKeyOfTheConfigurationIsUnknown(ControlPlane cluster) throws IOException {
    assertRefusesToStart(
        cluster.adminKubeconfig(),
        "registry: []",
        "unknown key registry; known here: httpAddress, mode, namespaces, notifications, registries, workloadKinds");
  }

  /** One sentence, exit code 1, no stack trace. */
  private void assertRefusesToStart(Path kubeconfig, String config, String sentence)
      throws IOException {
    Path file = Files.writeString(files.resolve("config.yaml"), config);
    try (OperatorProcess operator = OperatorProcess.launch(kubeconfig, file)) {
      assertThat(operator.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
      await().until(() -> operator.log().contains("\"level\":\"ERROR\""));
      assertThat(operator.log()).contains(sentence).doesNotContain("\tat ", "\\tat ", "Exception");
    }
  }
}
