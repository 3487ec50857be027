package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.image.Platform;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A cluster node, as far as it decides which platforms an image must carry. */
public record Node(
    String name,
    Platform platform,
    Map<String, String> labels,
    List<Taint> taints,
    boolean unschedulable,
    Instant created) {
  /**
   * The order in which nodes are named in messages: the oldest first, so that a node that joins
   * never takes the place of one that is already named.
   */
  public static final Comparator<Node> OLDEST_FIRST =
      Comparator.comparing(Node::created).thenComparing(Node::name);

  public Node {
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /** A taint that keeps pods away: only the effects NoSchedule and NoExecute are kept. */
  public record Taint(String key, String value, String effect) {
    /**
     * Conditions of the moment (not-ready, disk-pressure, …): the node is still one that pods will
     * be scheduled on.
     */
    boolean isTransient() {
      return key.startsWith("node.kubernetes.io/")
          || key.equals("node.cloudprovider.kubernetes.io/uninitialized");
    }
  }
}
