package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.pinning.observed.Node;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A Node, as far as it is read: its status lists every image it holds, most of a node's bytes. */
@Group("")
@Version("v1")
@Kind("Node")
@Singular("node")
@Plural("nodes")
public final class NodeObject extends NarrowObject {
  private static final long serialVersionUID = 1L;

  private transient Spec spec = new Spec(false, List.of());
  private transient Status status = new Status(null);

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(Spec spec) {
    this.spec = spec;
  }

  public Status getStatus() {
    return status;
  }

  public void setStatus(Status status) {
    this.status = status;
  }

  /** Empty for a node that has not said yet what it is. */
  @JsonIgnore
  Optional<Node> toNode() {
    Map<String, String> labels = Optional.ofNullable(getMetadata().getLabels()).orElse(Map.of());
    NodeInfo info = Optional.ofNullable(status.nodeInfo()).orElse(NodeInfo.NONE);
    String os = firstOf(info.operatingSystem(), labels.get("kubernetes.io/os"));
    String architecture = firstOf(info.architecture(), labels.get("kubernetes.io/arch"));
    if (os.isEmpty() || architecture.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Node(
            getMetadata().getName(),
            new Platform(os, architecture, "", windowsBuild(os, labels)),
            labels,
            spec.taints().stream()
                .filter(taint -> taint.keepsAway())
                .map(t ->
                    new Node.Taint(t.key(), Objects.requireNonNullElse(t.value(), ""), t.effect()))
                .toList(),
            spec.unschedulable(),
            Instant.parse(getMetadata().getCreationTimestamp())));
  }

  private static String firstOf(@Nullable String one, @Nullable String other) {
    return one != null && !one.isEmpty() ? one : Objects.requireNonNullElse(other, "");
  }

  /** The kubelet's label, such as 10.0.20348: a Windows image must have been built for it. */
  private static String windowsBuild(String os, Map<String, String> labels) {
    return os.equals("windows")
        ? Objects.requireNonNullElse(labels.get("node.kubernetes.io/windows-build"), "")
        : "";
  }

  /** The spec, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spec(boolean unschedulable, List<Taint> taints) {
    public Spec {
      taints = Objects.requireNonNullElse(taints, List.of());
    }
  }

  /** A taint. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Taint(String key, @Nullable String value, String effect) {
    boolean keepsAway() {
      return effect.equals("NoSchedule") || effect.equals("NoExecute");
    }
  }

  /** The status, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Status(@Nullable NodeInfo nodeInfo) {}

  /** What the kubelet says of its machine. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record NodeInfo(@Nullable String architecture, @Nullable String operatingSystem) {
    static final NodeInfo NONE = new NodeInfo(null, null);
  }
}
