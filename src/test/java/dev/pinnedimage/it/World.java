package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.OperatorProcess;
import dev.pinnedimage.harness.PlantedSecrets;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** One namespace of the run's cluster with an operator that watches it and no other. */
final class World implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final String AMD64 = "linux/amd64";
  static final String ARM64 = "linux/arm64";

  final ControlPlane cluster;
  final RegistryServer registry;
  final TestImages images;
  final String namespace;
  private final Path config;
  private OperatorProcess operator;

  private World(
      ControlPlane cluster, RegistryServer registry, String name, String... registryLines) {
    this.cluster = cluster;
    this.registry = registry;
    this.images = new TestImages(registry);
    this.namespace = cluster.newNamespace(name);
    this.config = config(registry, namespace, registryLines);
  }

  /**
   * With an amd64 and an arm64 node, install.yaml applied, and the operator running.
   *
   * @param registryLines further keys of the registry in the operator's file, or lines of further
   *     entries or of notifications, indented as they stand there
   */
  static World start(
      ControlPlane cluster, RegistryServer registry, String name, String... registryLines) {
    World world = new World(cluster, registry, name, registryLines);
    synchronized (World.class) {
      if (cluster.admin().nodes().withName("node-amd64").get() == null) {
        cluster.apply(Path.of("deploy/install.yaml"));
        cluster.addNode("node-amd64", "amd64");
        cluster.addNode("node-arm64", "arm64");
      }
    }
    world.startOperator();
    return world;
  }

  private static Path config(RegistryServer registry, String namespace, String... lines) {
    try {
      Path file = Files.createTempFile("operator", ".yaml");
      file.toFile().deleteOnExit();
      String trust =
          registry
              .caFile()
              .map(ca -> "caFile: " + ca + "\n  allowPrivateAddresses: true")
              .orElse("plainHttp: true");
      return Files.writeString(
          file,
          """
          namespaces: [%s]
          httpAddress: 127.0.0.1:0
          registries:
          - host: %s
            %s
          """
              .formatted(
                  namespace,
                  registry.host(),
                  String.join("\n  ", Stream.concat(Stream.of(trust), Stream.of(lines)).toList()))
              .replace("\n  - host", "\n- host")
              .replace("\n  notifications:", "\nnotifications:")
              .replace("\n  workloadKinds:", "\nworkloadKinds:"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the service account of install.yaml, with its rights and no others. */
  OperatorProcess startOperator(String... jvmOptions) {
    operator =
        OperatorProcess.start(
            cluster.kubeconfigFor("pinnedimage-system", "pinnedimage-operator"),
            config,
            jvmOptions);
    return operator;
  }

  /** The operator's configuration, which may be written while it runs. */
  Path config() {
    return config;
  }

  /** In place of the one that runs: with variables of its environment and JVM options. */
  void restartOperator(Map<String, String> environment, String... jvmOptions) {
    operator.close();
    Path kubeconfig = cluster.kubeconfigFor("pinnedimage-system", "pinnedimage-operator");
    operator = OperatorProcess.startIn(environment, kubeconfig, config, jvmOptions);
  }

  /** In place of the one that runs: an operator that only reports, with no right to do more. */
  void restartAsReporter() throws IOException {
    Reporter.install(cluster);
    operator.close();
    Files.writeString(config, "mode: Report\n" + Files.readString(config));
    operator =
        OperatorProcess.start(cluster.kubeconfigFor("pinnedimage-system", Reporter.NAME), config);
  }

  OperatorProcess operator() {
    return operator;
  }

  void killOperator() {
    operator.kill();
    operator.close();
  }

  KubernetesClient client() {
    return cluster.admin();
  }

  PushedImage push(String repository, String tag, String seed) {
    return images.pushIndex(repository, tag, seed, AMD64, ARM64);
  }

  /** A PinnedImage for the image of the tag, with further lines of spec. */
  PinnedImage pin(String name, String image, String... specLines) {
    StringBuilder spec = new StringBuilder();
    if (Stream.of(specLines).noneMatch(line -> line.startsWith("checkInterval"))) {
      spec.append("  checkInterval: 10s\n");
    }
    Stream.of(specLines).forEach(line -> spec.append("  ").append(line).append('\n'));
    String yaml =
        """
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata: {name: %s, namespace: %s}
        spec:
          image: %s
        %s\
        """
            .formatted(name, namespace, image, spec);
    return client()
        .resource(client().getKubernetesSerialization().unmarshal(yaml, PinnedImage.class))
        .create();
  }

  void mergePatch(String name, String json) {
    cluster.kubectl("patch", "pin", name, "-n", namespace, "--type", "merge", "-p", json);
  }

  void approve(String name, PushedImage image) {
    mergePatch(name, "{\"spec\":{\"digest\":\"" + image.digest() + "\"}}");
  }

  void lookNow(String name) {
    cluster.kubectl(
        "annotate",
        "pin",
        name,
        "-n",
        namespace,
        "--overwrite",
        "pinnedimage.dev/requestedAt=" + System.nanoTime());
  }

  PinnedImage get(String name) {
    return client().resources(PinnedImage.class).inNamespace(namespace).withName(name).get();
  }

  PinnedImageStatus status(String name) {
    return Optional.ofNullable(get(name))
        .map(PinnedImage::lastStatus)
        .orElse(PinnedImageStatus.EMPTY);
  }

  Optional<Condition> condition(String name, ConditionType type) {
    return status(name).condition(type);
  }

  /** Waits until the condition has the status and the reason; fails with the whole status. */
  Condition awaitCondition(String name, ConditionType type, String status, String reason) {
    return awaitStatus(
            name,
            s ->
                s.condition(type)
                    .filter(c -> c.status().equals(status) && c.reason().equals(reason))
                    .isPresent())
        .condition(type)
        .orElseThrow();
  }

  /** Waits until the condition's message has that text. */
  Condition awaitConditionMessage(String name, ConditionType type, String text) {
    return awaitStatus(
            name, s -> s.condition(type).filter(c -> c.message().contains(text)).isPresent())
        .condition(type)
        .orElseThrow();
  }

  PinnedImageStatus awaitStatus(String name, Predicate<PinnedImageStatus> wanted) {
    await(name)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .failFast(() -> !operator.isAlive())
        .untilAsserted(() -> {
          PinnedImageStatus status = status(name);
          if (!wanted.test(status)) {
            throw new AssertionError(status.toString());
          }
        });
    return status(name);
  }

  PinnedImageStatus awaitReady(String name) {
    return awaitStatus(
        name,
        s ->
            s.condition(ConditionType.Ready).filter(Condition::isTrue).isPresent()
                && s.observedGeneration() != null
                && s.observedGeneration().equals(get(name).getMetadata().getGeneration()));
  }

  /** Ready, and every matched workload carries the digest. */
  void awaitPinned(String name, PushedImage image) {
    awaitStatus(
        name,
        s ->
            s.pinned() != null
                && s.pinned().digest().equals(image.digest().value())
                && s.condition(ConditionType.Ready).filter(Condition::isTrue).isPresent());
  }

  /** One container for each image, in that order. */
  Deployment deploy(String name, String... containerImages) {
    StringBuilder containers = new StringBuilder();
    for (int i = 0; i < containerImages.length; i++) {
      containers.append("      - {name: c%d, image: \"%s\"}\n".formatted(i, containerImages[i]));
    }
    return deployYaml(name, "      containers:\n" + containers);
  }

  Deployment deployYaml(String name, String podSpec) {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s, labels: {app: %s}}
        spec:
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec:
        %s\
        """
            .formatted(name, namespace, name, name, name, podSpec);
    return client()
        .resource(client().getKubernetesSerialization().unmarshal(yaml, Deployment.class))
        .create();
  }

  /** Whatever the YAML says, by kubectl. */
  void create(String yaml) {
    try {
      Path file = Files.createTempFile("created", ".yaml");
      try {
        Files.writeString(file, yaml);
        cluster.kubectl("create", "-n", namespace, "-f", file.toString());
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Deployment deployment(String name) {
    return client().apps().deployments().inNamespace(namespace).withName(name).get();
  }

  List<String> imagesOf(String deployment) {
    var spec = deployment(deployment).getSpec().getTemplate().getSpec();
    return Stream.concat(spec.getInitContainers().stream(), spec.getContainers().stream())
        .map(Container::getImage)
        .toList();
  }

  void awaitImages(String deployment, String... images) {
    await(deployment)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> imagesOf(deployment), List.of(images)::equals);
  }

  /** Each rollout makes one; scaled-down ones stay, up to revisionHistoryLimit. */
  int rollouts(String deployment) {
    return client()
        .apps()
        .replicaSets()
        .inNamespace(namespace)
        .withLabel("app", deployment)
        .list()
        .getItems()
        .size();
  }

  /** Until the controller-manager has seen the Deployment as it is now. */
  void awaitObserved(String deployment) {
    await(deployment)
        .atMost(PATIENCE)
        .until(() -> {
          Deployment now = deployment(deployment);
          return now.getMetadata().getGeneration().equals(now.getStatus().getObservedGeneration());
        });
  }

  @Override
  public void close() {
    String said = cluster.kubectl("get", "pin,events", "-n", namespace, "-o", "yaml");
    client().resources(PinnedImage.class).inNamespace(namespace).delete();
    operator.close();
    PlantedSecrets.requireNoneIn("statuses and events of " + namespace, said);
  }
}
