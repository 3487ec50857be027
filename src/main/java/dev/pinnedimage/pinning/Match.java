package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec.WorkloadSelector;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.Map;
import java.util.Optional;

/** How a container's image relates to a PinnedImage. */
enum Match {
  /** Another repository, no reference at all, or a bare digest that nobody here knows. */
  NONE,
  /** The same repository with another tag. */
  OTHER_TAG,
  /** The tag, without a digest. */
  TAG,
  /** The tag or the repository, with a digest that is or was a pin. */
  KNOWN_PIN,
  /** The tag, with a digest that somebody else chose. */
  FOREIGN_DIGEST;

  boolean isClaimed() {
    return this == TAG || this == KNOWN_PIN || this == FOREIGN_DIGEST;
  }

  /** A bare digest carries no tag: it matches by repository and known pin. */
  static Match of(ImageReference wanted, KnownPins known, String image) {
    Optional<ImageReference> parsed = ImageReference.parse(image);
    if (parsed.isEmpty() || !parsed.get().sameRepository(wanted)) {
      return NONE;
    }
    ImageReference found = parsed.get();
    if (found.tag() == null) {
      return found.digest() != null && known.contains(found.digest()) ? KNOWN_PIN : NONE;
    }
    if (!found.sameTag(wanted)) {
      return OTHER_TAG;
    }
    if (found.digest() == null) {
      return TAG;
    }
    return known.contains(found.digest()) ? KNOWN_PIN : FOREIGN_DIGEST;
  }

  /** Whether the selector, if there is one, selects the workload by its own labels. */
  static boolean selects(PinnedImage pinnedImage, Workload workload) {
    return workload.labels().entrySet().containsAll(labels(pinnedImage).entrySet());
  }

  /** Whether a workload could carry the labels that both select by. */
  static boolean mayShare(PinnedImage one, PinnedImage other) {
    Map<String, String> ours = labels(one);
    return labels(other).entrySet().stream()
        .allMatch(
            label -> ours.getOrDefault(label.getKey(), label.getValue()).equals(label.getValue()));
  }

  private static Map<String, String> labels(PinnedImage pinnedImage) {
    WorkloadSelector selector = pinnedImage.getSpec().workloadSelector();
    return selector == null ? Map.of() : selector.matchLabels();
  }

  /** Whether the PinnedImage has a say in what the container runs. */
  static boolean claims(PinnedImage pinnedImage, Workload workload, Container container) {
    return selects(pinnedImage, workload)
        && Optional.ofNullable(pinnedImage.getSpec().image())
            .flatMap(ImageReference::parse)
            .map(wanted -> of(wanted, KnownPins.of(pinnedImage), container.meaning()).isClaimed())
            .orElse(false);
  }
}
