package dev.pinnedimage.it;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.Helm;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.it.ImagesSeen.Seen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What Helm and kubectl make of a workload that carries the pin, when they apply the tag again. */
final class ApplierRows {
  private final World world;
  private final ImagesSeen seen;
  private final Path directory;
  private final Helm helm;
  private final Map<String, PushedImage> pushed = new HashMap<>();

  ApplierRows(World world, ImagesSeen seen, Path directory) {
    this.world = world;
    this.seen = seen;
    this.directory = directory;
    this.helm = new Helm(world.cluster);
  }

  /** A Deployment of one container and one replica. */
  static String manifest(String name, String image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, labels: {app: %1$s}}
    spec:
      replicas: 1
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          containers: [{name: web, image: "%2$s"}]
    """
        .formatted(name, image);
  }

  String helm() {
    return upgraded("helm", "--server-side=true");
  }

  /** After {@link #helm}: to a revision with the same tag. */
  String helmRollback() {
    return again("helm", () -> helm.tryRun("rollback", "helm", "1", "-n", world.namespace));
  }

  String helmClientSide() {
    return upgraded("helm-client-side", "--server-side=false");
  }

  /** Something else than the image changes. */
  private String upgraded(String name, String how) {
    String template =
        manifest(name, pin(name).reference(world.registry))
            .replace("replicas: 1", "replicas: {{ .Values.replicas }}");
    String chart = Helm.chart(directory.resolve(name), template).toString();
    helm.run("install", name, chart, "-n", world.namespace, how, "--set", "replicas=1");
    awaitPinned(name);
    return again(
        name,
        () -> helm.tryRun("upgrade", name, chart, "-n", world.namespace, "--set", "replicas=2"));
  }

  String serverSide() {
    String file = applied("server-side", "--server-side");
    return again("server-side", () -> tryKubectl("apply", "--server-side", "-f", file));
  }

  String clientSide() {
    String file = applied("client-side", "--server-side=false");
    CommandResult diff = tryKubectl("diff", "-f", file);
    String shown = diff.stdout();
    assertThat(diff.exitCode()).as(diff.stderr()).isEqualTo(shown.isEmpty() ? 0 : 1);
    return "`kubectl diff` %s; then %s"
        .formatted(
            shown.isEmpty() ? "prints nothing" : "shows the image",
            again("client-side", () -> tryKubectl("apply", "-f", file)));
  }

  /** Of all workloads that carry the pin now, Flux's among them. */
  String owner() {
    return world
        .client()
        .apps()
        .deployments()
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .filter(deployment -> ImagesSeen.image(deployment).contains("@"))
        .flatMap(deployment -> deployment.getMetadata().getManagedFields().stream())
        .filter(entry -> String.valueOf(entry.getFieldsV1()).contains("f:image={}"))
        .map(entry -> "`" + entry.getManager() + "`")
        .distinct()
        .sorted()
        .collect(joining(", "));
  }

  /** The PinnedImage first: then no rollout of the bare tag comes before. */
  private PushedImage pin(String name) {
    PushedImage image = world.push(world.namespace + "/" + name, "1", "a");
    pushed.put(name, image);
    world.pin(name, image.reference(world.registry));
    world.awaitReady(name);
    return image;
  }

  private String applied(String name, String how) {
    Path file = directory.resolve(name + ".yaml");
    try {
      Files.writeString(file, manifest(name, pin(name).reference(world.registry)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    world.cluster.kubectl("apply", how, "-n", world.namespace, "-f", file.toString());
    awaitPinned(name);
    return file.toString();
  }

  private CommandResult tryKubectl(String... arguments) {
    return world.cluster.tryKubectl(
        Stream.concat(Stream.of(arguments), Stream.of("-n", world.namespace))
            .toArray(String[]::new));
  }

  private void awaitPinned(String name) {
    PushedImage image = pushed.get(name);
    seen.awaitImage(name, 1, image.pinned(world.registry));
    world.awaitPinned(name, image);
    world.cluster.kubectl("rollout", "status", "deployment/" + name, "-n", world.namespace);
  }

  /** What the command says, and what becomes of an image that is the pin. */
  private String again(String name, Supplier<CommandResult> command) {
    int before = seen.of(name).size();
    long generation = world.deployment(name).getMetadata().getGeneration();
    CommandResult result = command.get();
    String said = GitOpsWords.said(result.succeeded() ? result.stdout() : result.stderr(), world);
    if (!result.succeeded()) {
      return said + "; refused";
    }
    if (world.deployment(name).getMetadata().getGeneration() == generation) {
      // kubectl may move the time of its own entry in managedFields; nothing else is written.
      return said + "; nothing changes";
    }
    seen.catchUp(name);
    List<Seen> images = seen.of(name);
    return said
        + "; "
        + GitOpsWords.went(images.subList(before - 1, images.size()), List.of(pushed.get(name)));
  }
}
