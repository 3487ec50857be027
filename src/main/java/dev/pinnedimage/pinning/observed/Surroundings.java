package dev.pinnedimage.pinning.observed;

import java.util.List;

/**
 * What one decision rests on that is the same for many.
 *
 * @param aliases other hosts that serve what the PinnedImage's registry does, in order
 * @param onlyReports whether the operator as a whole writes to no workload
 */
public record Surroundings(
    List<Node> nodes, Admission admission, List<String> aliases, boolean onlyReports) {
  public static final Surroundings NONE =
      new Surroundings(List.of(), Admission.NONE, List.of(), false);

  public Surroundings {
    nodes = List.copyOf(nodes);
    aliases = List.copyOf(aliases);
  }
}
