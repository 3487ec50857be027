package dev.pinnedimage.pinning;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;

/**
 * All that is to be written to one workload: one patch, one rollout.
 *
 * @param byAdmission whether the admission policy does the writing: the patch then only tests, and
 *     no field changes its owner
 * @param isRepair whether the policy should have done it before: a write got past it
 */
public record Edit(
    Workload workload, List<Replacement> replacements, boolean byAdmission, boolean isRepair) {
  public Edit {
    replacements = List.copyOf(replacements);
  }

  /** A container whose image, if it is still the one that was seen, becomes another. */
  public record Replacement(Container container, String image) {}
}
