package dev.pinnedimage.pinning;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;

/** All that is to be written to one workload: one patch, one rollout. */
public record Edit(Workload workload, List<Replacement> replacements) {
  public Edit {
    replacements = List.copyOf(replacements);
  }

  /** A container whose image, if it is still the one that was seen, becomes another. */
  public record Replacement(Container container, String image) {}
}
