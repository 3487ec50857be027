package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Child;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Node.Taint;
import dev.pinnedimage.pinning.observed.Placement;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.pinning.observed.Workload.PullsWith;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Small values for the core's tests; {@link World} sets them in motion. */
final class Fixtures {
  static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  static final String IMAGE = "docker.io/acme/web:1.4";
  static final Placement ANYWHERE = Placement.ANYWHERE;

  static final Resolved FIRST = index("first", "linux/amd64", "linux/arm64");
  static final Resolved SECOND = index("second", "linux/amd64", "linux/arm64");
  static final Resolved THIRD = index("third", "linux/amd64", "linux/arm64");
  static final Resolved AMD64_ONLY = manifest("amd64-only", "linux/amd64");
  static final Unresolved DOWN =
      new Unresolved(Failure.REGISTRY_UNREACHABLE, "docker.io: acme/web: no connection");
  static final Unresolved GONE =
      new Unresolved(Failure.TAG_NOT_FOUND, "docker.io: acme/web has no tag 1.4");

  private Fixtures() {}

  static String digest(String seed) {
    return Digest.of(seed.getBytes(StandardCharsets.UTF_8)).value();
  }

  static String digest(Resolved resolved) {
    return resolved.digest().value();
  }

  /** The image as the operator writes it. */
  static String pinned(String tagged, Resolved pin) {
    return tagged + "@" + pin.digest();
  }

  /**
   * @param children platforms, each with {@code =seed} behind it where its content is not the
   *     root's
   */
  static Resolved index(String seed, String... children) {
    return new Resolved(
        new Digest(digest(seed)),
        "application/vnd.oci.image.index.v1+json",
        Shape.INDEX,
        Stream.of(children).map(child -> child(seed, child)).toList());
  }

  private static Child child(String root, String text) {
    String[] parts = text.split("=", 2);
    String seed = parts.length == 2 ? parts[1] : root + " " + parts[0];
    return new Child(platform(parts[0]), new Digest(digest(seed)));
  }

  static Resolved manifest(String seed, String platform) {
    Digest digest = new Digest(digest(seed));
    return new Resolved(
        digest,
        "application/vnd.oci.image.manifest.v1+json",
        Shape.MANIFEST,
        List.of(new Child(platform(platform), digest)));
  }

  /** What a registry answers to the digest of one platform's manifest inside an index. */
  static Resolved inner(Resolved index, String platform) {
    return index.children().stream()
        .filter(child -> child.platform().equals(platform(platform)))
        .map(child -> new Resolved(child.digest(), "m", Shape.MANIFEST, List.of(child)))
        .findFirst()
        .orElseThrow();
  }

  static Platform platform(String text) {
    return Platform.parse(text).orElseThrow();
  }

  /**
   * @param spec YAML
   */
  static PinnedImage pinnedImage(String spec) {
    return pinnedImage("web", "2026-01-01T00:00:00Z", spec);
  }

  static PinnedImage pinnedImage(String name, String created, String spec) {
    PinnedImage pinnedImage = new PinnedImage();
    pinnedImage.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName(name)
            .withUid("uid-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(created)
            .build());
    pinnedImage.setSpec(Serialization.unmarshal("---\n" + spec, PinnedImageSpec.class));
    return pinnedImage;
  }

  /** A Deployment with one container for each image: c0, c1, … */
  static Workload deployment(String name, String... images) {
    List<Container> containers = new ArrayList<>();
    for (int i = 0; i < images.length; i++) {
      containers.add(new Container("c" + i, "/spec/template/spec/containers/" + i, images[i]));
    }
    return new Workload(
        "Deployment",
        false,
        "shop",
        name,
        "uid-" + name,
        Map.of(),
        false,
        null,
        ANYWHERE,
        PullsWith.DEFAULT,
        containers);
  }

  static Workload ignored(Workload w) {
    return new Workload(
        w.kind(),
        w.immutable(),
        w.namespace(),
        w.name(),
        w.uid(),
        w.labels(),
        true,
        w.owner(),
        w.placement(),
        w.pullsWith(),
        w.containers());
  }

  static Workload immutable(Workload w) {
    return new Workload(
        w.kind(),
        true,
        w.namespace(),
        w.name(),
        w.uid(),
        w.labels(),
        w.ignored(),
        w.owner(),
        w.placement(),
        w.pullsWith(),
        w.containers());
  }

  static Workload owned(Workload w, String owner) {
    return new Workload(
        w.kind(),
        w.immutable(),
        w.namespace(),
        w.name(),
        w.uid(),
        w.labels(),
        w.ignored(),
        owner,
        w.placement(),
        w.pullsWith(),
        w.containers());
  }

  static Workload labelled(Workload w, String key, String value) {
    return new Workload(
        w.kind(),
        w.immutable(),
        w.namespace(),
        w.name(),
        w.uid(),
        Map.of(key, value),
        w.ignored(),
        w.owner(),
        w.placement(),
        w.pullsWith(),
        w.containers());
  }

  static Workload placed(Workload w, Placement placement) {
    return new Workload(
        w.kind(),
        w.immutable(),
        w.namespace(),
        w.name(),
        w.uid(),
        w.labels(),
        w.ignored(),
        w.owner(),
        placement,
        w.pullsWith(),
        w.containers());
  }

  /** Every container's image, as somebody set it. */
  static Workload writtenBy(Workload w, String manager, Instant time) {
    Container.Writer writer = new Container.Writer(manager, time);
    return w.withContainers(w.containers().stream().map(c -> c.writtenBy(writer)).toList());
  }

  static Placement selecting(String label, String value) {
    return new Placement(null, Map.of(label, value), null, List.of());
  }

  /** Created 100 days ago. */
  static Node node(String name, String platform) {
    Map<String, String> labels = Map.of("kubernetes.io/arch", platform(platform).architecture());
    Instant created = NOW.minus(Duration.ofDays(100));
    return new Node(name, platform(platform), labels, List.of(), false, created);
  }

  static Node aged(Node n, int days) {
    Instant created = NOW.minus(Duration.ofDays(days));
    return new Node(n.name(), n.platform(), n.labels(), n.taints(), n.unschedulable(), created);
  }

  static Node cordoned(Node n) {
    return new Node(n.name(), n.platform(), n.labels(), n.taints(), true, n.created());
  }

  static Node labelled(Node n, String key, String value) {
    Map<String, String> labels = new HashMap<>(n.labels());
    labels.put(key, value);
    return new Node(n.name(), n.platform(), labels, n.taints(), n.unschedulable(), n.created());
  }

  static Node tainted(Node n, String key, String value, String effect) {
    List<Taint> taints = List.of(new Taint(key, value, effect));
    return new Node(n.name(), n.platform(), n.labels(), taints, n.unschedulable(), n.created());
  }

  /** Status and reason of a condition, as {@code True Pinned}; {@code absent} where it is. */
  static String judged(PinnedImageStatus status, ConditionType type) {
    return status.condition(type).map(c -> c.status() + " " + c.reason()).orElse("absent");
  }

  static String message(PinnedImageStatus status, ConditionType type) {
    return status.condition(type).orElseThrow().message();
  }

  static PinnedImageStatus.Workloads workloads(PinnedImageStatus status) {
    return Objects.requireNonNull(status.workloads());
  }

  static PinnedImageStatus.Pinned pin(PinnedImageStatus status) {
    return Objects.requireNonNull(status.pinned());
  }

  static PinnedImageStatus.Upstream upstream(PinnedImageStatus status) {
    return Objects.requireNonNull(status.upstream());
  }

  /** The state of every reported container, as {@code web/c0 Pinned}. */
  static List<String> states(PinnedImageStatus status) {
    return workloads(status).items().stream()
        .map(item -> item.name() + "/" + item.container() + " " + item.state())
        .toList();
  }
}
