package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.Edit.Replacement;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Optional;

/**
 * The rules for one workload whose PinnedImage is being deleted: what is still ours goes back to
 * the tag. What somebody changed meanwhile is theirs.
 *
 * @param held what the PinnedImage made of workloads by its pin on record
 * @param peers the other PinnedImages of the repository, which may go on holding a workload
 */
public record RestoreRules(WorkloadRules held, List<PinnedImage> peers) implements EditRules {
  public RestoreRules {
    peers = List.copyOf(peers);
  }

  /**
   * The PinnedImage with the tag that its pin is of, whatever the spec names by now; empty where it
   * has no workload to let go of.
   */
  public static Optional<PinnedImage> holder(PinnedImage pinnedImage) {
    Pinned pinned = pinnedImage.lastStatus().pinned();
    if (pinned == null) {
      return Optional.empty();
    }
    return ImageReference.parse(pinned.reference())
        .filter(reference -> reference.tag() != null)
        .map(reference ->
            reference.registry() + "/" + reference.repository() + ":" + reference.tag())
        .map(tag -> spelled(pinnedImage, tag));
  }

  private static PinnedImage spelled(PinnedImage pinnedImage, String tag) {
    PinnedImage holder = new PinnedImage();
    holder.setMetadata(pinnedImage.getMetadata());
    holder.setSpec(pinnedImage.getSpec().spelled(tag));
    holder.setStatus(pinnedImage.getStatus());
    return holder;
  }

  /**
   * @param observation of a {@link #holder}
   */
  public static RestoreRules of(Observation observation) {
    Observation alone =
        new Observation(
            observation.pinnedImage(),
            observation.now(),
            observation.answers(),
            observation.workloads(),
            List.of(),
            observation.surroundings());
    return new RestoreRules(Planner.held(alone), observation.peers());
  }

  /** One for each workload that keeps the pin for no other reason than this PinnedImage. */
  public List<Edit> edits() {
    return held.observation().workloads().stream().flatMap(w -> edit(w).stream()).toList();
  }

  @Override
  public PinnedImage pinnedImage() {
    return held.pinnedImage();
  }

  /** The tag that workloads go back to. */
  ImageReference tag() {
    return Questions.reference(pinnedImage()).orElseThrow();
  }

  @Override
  public List<Verdict> verdicts(Workload workload) {
    return held.verdicts(workload);
  }

  @Override
  public Optional<Edit> edit(Workload workload) {
    if (held.observation().onlyReports() || workload.immutable() || workload.owner() != null) {
      return Optional.empty();
    }
    List<Replacement> restored =
        verdicts(workload).stream()
            .filter(RestoreRules::isOurs)
            .map(Verdict::container)
            .filter(container -> !isLeftToAPeer(workload, container))
            .map(container -> new Replacement(container, restored(container.image())))
            .toList();
    return restored.isEmpty()
        ? Optional.empty()
        : Optional.of(new Edit(workload, restored, false, false));
  }

  /** It carries the pin, or an earlier one that was about to be replaced by it. */
  private static boolean isOurs(Verdict verdict) {
    return verdict.state() == State.Pinned
        || (verdict.replacement() != null && verdict.container().image().contains("@"));
  }

  /**
   * A peer that knows the digest goes on holding the workload to it, and one without a pin may
   * adopt it (a PinnedImage that was renamed). To any other peer the digest would be a person's:
   * only from the tag can it take the workload over.
   */
  private boolean isLeftToAPeer(Workload workload, Container container) {
    String digest =
        ImageReference.parse(container.image())
            .flatMap(image -> Optional.ofNullable(image.digest()))
            .orElse("");
    return peers.stream()
        .filter(peer -> !peer.isMarkedForDeletion() && !peer.getSpec().reportsOnly())
        .filter(peer -> Match.claims(peer, workload, container))
        .anyMatch(
            peer -> peer.lastStatus().pinned() == null || KnownPins.of(peer).contains(digest));
  }

  /** The author's spelling of the repository stays, as it did when the pin was written. */
  private String restored(String image) {
    return ImageReference.spelledName(image) + ":" + tag().tag();
  }

  @Override
  public String deed() {
    return "gave the tag back to";
  }
}
