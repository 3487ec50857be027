package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import java.time.Instant;
import java.util.List;

/**
 * Everything that one decision rests on.
 *
 * @param workloads those of the namespace with a container of the same repository
 * @param peers the other PinnedImages of the namespace for the same repository
 */
public record Observation(
    PinnedImage pinnedImage,
    Instant now,
    Answers answers,
    List<Workload> workloads,
    List<PinnedImage> peers,
    Surroundings surroundings) {
  public Observation {
    workloads = List.copyOf(workloads);
    peers = List.copyOf(peers);
  }

  /** Whether nothing is written for the PinnedImage, by its own wish or by the operator's. */
  public boolean onlyReports() {
    return surroundings.onlyReports() || pinnedImage.getSpec().reportsOnly();
  }

  /** The same world, in which the registry has been heard. */
  public Observation withAnswers(Answers heard) {
    return new Observation(pinnedImage, now, heard, workloads, peers, surroundings);
  }

  /** The same world, in which the status has been written. */
  public Observation withStatus(PinnedImageStatus written) {
    PinnedImage updated = new PinnedImage();
    updated.setMetadata(pinnedImage.getMetadata());
    updated.setSpec(pinnedImage.getSpec());
    updated.setStatus(written);
    return new Observation(updated, now, answers, workloads, peers, surroundings);
  }
}
