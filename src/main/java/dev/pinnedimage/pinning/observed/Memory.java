package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import java.util.List;
import java.util.Set;

/**
 * What the operator knows beyond the status, whose lists are bounded, until it is restarted: as of
 * its last report.
 *
 * @param pinned what carried the pin
 * @param contests those for which the status had no room, too
 */
public record Memory(Set<Sighting> pinned, List<Contest> contests) {
  public Memory {
    pinned = Set.copyOf(pinned);
    contests = List.copyOf(contests);
  }

  /**
   * A container of one workload.
   *
   * @param uid of the workload: another of the same name is another
   * @param container its label
   */
  public record Sighting(String uid, String container) {}
}
