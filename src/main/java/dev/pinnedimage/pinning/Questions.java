package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What has to be asked before a plan can be made: the registry's part, and managedFields'. */
public final class Questions {
  /** Each costs one request, once. */
  private static final int MAX_EARLIER = 3;

  private Questions() {}

  /** The reference in the spec, if it is one that a registry can be asked for. */
  public static Optional<ImageReference> reference(PinnedImage pinnedImage) {
    return Optional.ofNullable(pinnedImage.getSpec().image())
        .flatMap(ImageReference::parse)
        .filter(reference -> reference.digest() == null);
  }

  /** The digest of the pin of the tag that the spec names now. */
  public static Optional<Digest> heldDigest(PinnedImage pinnedImage) {
    return held(pinnedImage).map(Pinned::digest).flatMap(Digest::parse);
  }

  /** The pin of the tag that the spec names now; a pin of another tag is none. */
  static Optional<Pinned> held(PinnedImage pinnedImage) {
    Pinned pinned = pinnedImage.lastStatus().pinned();
    return Optional.ofNullable(pinned)
        .filter(record ->
            ImageReference.parse(record.reference())
                .flatMap(old -> reference(pinnedImage).filter(old::sameTag))
                .isPresent());
  }

  /**
   * The digest that may become the pin and must be verified: {@code spec.digest} where it is not
   * the pin already; without any record of a pin, the one digest that all matched workloads carry.
   */
  public static Optional<Digest> candidate(
      PinnedImage pinnedImage, List<Workload> workloads, List<PinnedImage> peers) {
    Optional<String> held = held(pinnedImage).map(Pinned::digest);
    String approved = pinnedImage.getSpec().digest();
    if (approved != null) {
      return held.filter(approved::equals).isPresent() ? Optional.empty() : Digest.parse(approved);
    }
    return pinnedImage.lastStatus().pinned() == null
        ? carriedByAll(pinnedImage, workloads, peers)
        : Optional.empty();
  }

  /**
   * Earlier pins whose content tells whether a digest that a person wrote is an inner manifest of
   * one of them: none where nobody wrote any; newest first.
   */
  public static List<Digest> earlierPins(PinnedImage pinnedImage, List<Workload> workloads) {
    ImageReference wanted = reference(pinnedImage).orElseThrow();
    KnownPins known = KnownPins.of(pinnedImage);
    boolean isNeeded =
        matched(pinnedImage, workloads).stream()
            .flatMap(workload -> workload.containers().stream())
            .anyMatch(c -> Match.of(wanted, known, c.meaning()) == Match.FOREIGN_DIGEST);
    return isNeeded
        ? pinnedImage.lastStatus().history().stream()
            .map(past -> Digest.parse(past.digest()))
            .flatMap(Optional::stream)
            .limit(MAX_EARLIER)
            .toList()
        : List.of();
  }

  private static Optional<Digest> carriedByAll(
      PinnedImage pinnedImage, List<Workload> workloads, List<PinnedImage> peers) {
    ImageReference wanted = reference(pinnedImage).orElseThrow();
    Set<String> digests =
        workloads.stream()
            .filter(workload -> !workload.ignored() && Match.selects(pinnedImage, workload))
            .flatMap(workload -> workload.containers().stream())
            .map(container -> ImageReference.parse(container.meaning()))
            .flatMap(Optional::stream)
            .filter(
                found -> found.sameTag(wanted) || isBareDigest(found, wanted, pinnedImage, peers))
            .map(found -> Optional.ofNullable(found.digest()).orElse(""))
            .collect(Collectors.toSet());
    return digests.size() == 1 ? Digest.parse(digests.iterator().next()) : Optional.empty();
  }

  /** With a peer for another tag of the repository, nobody can tell whose a bare digest is. */
  private static boolean isBareDigest(
      ImageReference found, ImageReference wanted, PinnedImage self, List<PinnedImage> peers) {
    return self.getSpec().dropsTag()
        && peers.isEmpty()
        && found.tag() == null
        && found.sameRepository(wanted);
  }

  /** The workloads that the PinnedImage has a say in. */
  public static List<Workload> matched(PinnedImage pinnedImage, List<Workload> workloads) {
    return workloads.stream()
        .filter(workload -> !workload.ignored())
        .filter(workload ->
            workload.containers().stream().anyMatch(c -> Match.claims(pinnedImage, workload, c)))
        .toList();
  }

  /** Whether it matters who wrote the images: such a workload has to be read past the caches. */
  public static boolean needsWriters(Observation unread, Workload workload) {
    return !workload.immutable()
        && (workload.containers().stream().anyMatch(c -> needsWriter(unread.pinnedImage(), c))
            || Contests.needWriters(Planner.free(unread), workload));
  }

  /** Whether the container carries an earlier pin. */
  static boolean needsWriter(PinnedImage pinnedImage, Container container) {
    KnownPins known = KnownPins.of(pinnedImage);
    return ImageReference.parse(container.image())
        .map(ImageReference::digest)
        .filter(known.earlier()::contains)
        .isPresent();
  }
}
