package dev.pinnedimage.pinning;

import dev.pinnedimage.image.Platform;
import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Placement;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The platforms that an index must carry.
 *
 * @param platforms empty where neither the spec nor a node tells
 */
record Requirements(List<Required> platforms) {

  /**
   * A platform and why it is required.
   *
   * @param node the oldest node that needs it; null where the spec names the platform
   */
  record Required(Platform platform, @Nullable String node) {
    String sentence() {
      return platform + (node == null ? " (spec.platforms)" : " (node " + node + ")");
    }
  }

  static Requirements of(Observation observation, List<Workload> matched) {
    List<String> declared = observation.pinnedImage().getSpec().platforms();
    if (declared != null && !declared.isEmpty()) {
      return new Requirements(
          declared.stream()
              .map(Platform::parse)
              .flatMap(Optional::stream)
              .map(platform -> new Required(platform, null))
              .toList());
    }
    return ofNodes(
        observation.surroundings().nodes(), matched.stream().map(Workload::placement).toList());
  }

  /** Where no node admits any workload (yet), all schedulable nodes are the best guess. */
  private static Requirements ofNodes(List<Node> nodes, List<Placement> placements) {
    Map<Platform, String> required = firstNodes(nodes, placements);
    if (required.isEmpty()) {
      required = firstNodes(nodes, List.of(Placement.ANYWHERE));
    }
    List<Required> platforms = new ArrayList<>();
    required.forEach((platform, node) -> platforms.add(new Required(platform, node)));
    return new Requirements(platforms);
  }

  /** In the order of the nodes: one that joins never comes before one that is named already. */
  private static Map<Platform, String> firstNodes(List<Node> nodes, List<Placement> placements) {
    Map<Platform, String> first = new LinkedHashMap<>();
    nodes.stream()
        .filter(node -> placements.stream().anyMatch(placement -> placement.admits(node)))
        .sorted(Node.OLDEST_FIRST)
        .forEach(node -> first.putIfAbsent(node.platform(), node.name()));
    return first;
  }

  boolean areUnknown() {
    return platforms.isEmpty();
  }

  /** The first required platform that none of the offered ones serves. */
  Optional<Required> firstMissing(List<Platform> offered) {
    return platforms.stream()
        .filter(wanted -> offered.stream().noneMatch(o -> o.serves(wanted.platform())))
        .findFirst();
  }
}
