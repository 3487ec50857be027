package dev.pinnedimage.pinning;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Child;
import dev.pinnedimage.image.Resolution.Resolved;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What differs between two indexes, by their runnable children: only that tells an update from a
 * rebuild that changed nothing but its provenance.
 */
final class Change {
  private Change() {}

  /** ContentChanged, PlatformAdded (which), PlatformRemoved (which), or MetadataOnly. */
  static String between(Resolved pinned, Resolved upstream) {
    Map<Platform, Set<Digest>> before = children(pinned);
    Map<Platform, Set<Digest>> after = children(upstream);
    List<String> changes = new ArrayList<>();
    boolean sameContent =
        before.entrySet().stream()
            .allMatch(e -> after.getOrDefault(e.getKey(), e.getValue()).equals(e.getValue()));
    if (!sameContent) {
      changes.add("ContentChanged");
    }
    addPlatforms(changes, "PlatformAdded", after, before);
    addPlatforms(changes, "PlatformRemoved", before, after);
    return changes.isEmpty() ? "MetadataOnly" : String.join(", ", changes);
  }

  private static Map<Platform, Set<Digest>> children(Resolved index) {
    return index.children().stream()
        .collect(
            Collectors.groupingBy(
                Child::platform,
                TreeMap::new,
                Collectors.mapping(Child::digest, Collectors.toSet())));
  }

  private static void addPlatforms(
      List<String> changes,
      String name,
      Map<Platform, Set<Digest>> in,
      Map<Platform, Set<Digest>> notIn) {
    TreeSet<Platform> platforms = new TreeSet<>(in.keySet());
    platforms.removeAll(notIn.keySet());
    if (!platforms.isEmpty()) {
      changes.add(name + " (" + Coverage.list(List.copyOf(platforms)) + ")");
    }
  }
}
