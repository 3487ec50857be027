package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one decision rests on.
 *
 * @param workloads those of the namespace with a container of the same repository
 * @param peers the other PinnedImages of the namespace for the same repository
 * @param memory null before the first report since the operator's start: then the status is all
 *     that is known of what was
 */
public record Observation(
    PinnedImage pinnedImage,
    Instant now,
    Answers answers,
    List<Workload> workloads,
    List<PinnedImage> peers,
    Surroundings surroundings,
    @Nullable Memory memory) {
  public Observation {
    workloads = List.copyOf(workloads);
    peers = List.copyOf(peers);
  }

  public Observation(
      PinnedImage pinnedImage,
      Instant now,
      Answers answers,
      List<Workload> workloads,
      List<PinnedImage> peers,
      Surroundings surroundings) {
    this(pinnedImage, now, answers, workloads, peers, surroundings, null);
  }

  /** The same world, with what the operator remembers of it. */
  public Observation remembering(@Nullable Memory known) {
    return new Observation(pinnedImage, now, answers, workloads, peers, surroundings, known);
  }

  /** The same world, in which some workloads have been read again. */
  public Observation withWorkloads(List<Workload> read) {
    return new Observation(pinnedImage, now, answers, read, peers, surroundings, memory);
  }

  /** Whether nothing is written for the PinnedImage, by its own wish or by the operator's. */
  public boolean onlyReports() {
    return surroundings.onlyReports() || pinnedImage.getSpec().reportsOnly();
  }

  /** The same world, in which the registry has been heard. */
  public Observation withAnswers(Answers heard) {
    return new Observation(pinnedImage, now, heard, workloads, peers, surroundings, memory);
  }

  /** The same world, in which the status has been written. */
  public Observation withStatus(PinnedImageStatus written) {
    PinnedImage updated = new PinnedImage();
    updated.setMetadata(pinnedImage.getMetadata());
    updated.setSpec(pinnedImage.getSpec());
    updated.setStatus(written);
    return new Observation(updated, now, answers, workloads, peers, surroundings, memory);
  }
}
