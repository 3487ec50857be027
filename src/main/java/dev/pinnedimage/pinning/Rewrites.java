package dev.pinnedimage.pinning;

import static java.util.function.Predicate.not;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code status.rewrites}: CEL cannot normalise references, so every spelling of the tag is
 * published for the admission policy, with what it becomes.
 */
final class Rewrites {
  private Rewrites() {}

  /**
   * The spellings of the tag on record, of which half of what may be published is the most. Two
   * PinnedImages that rewrite the same spelling would take turns at random (measured), so where
   * another one has the say in the same workloads, none.
   */
  static Map<String, String> ofTag(Observation observation, @Nullable Pinned pinned) {
    PinnedImage pinnedImage = observation.pinnedImage();
    Optional<ImageReference> tag =
        Optional.ofNullable(pinned).map(Pinned::reference).flatMap(ImageReference::parse);
    if (tag.isEmpty() || observation.onlyReports() || isAnothers(tag.get(), observation)) {
      return Map.of();
    }
    Map<String, String> rewrites = new HashMap<>();
    spellings(tag.get(), observation.surroundings().aliases())
        .distinct()
        .limit(PinnedImageStatus.MAX_REWRITES / 2)
        .forEach(spelling -> rewrites.put(spelling, pinned(spelling, tag.get(), pinnedImage)));
    return rewrites;
  }

  /** An image as the pin is written into it: its spelling of the repository stays. */
  static String pinned(String image, ImageReference pin, PinnedImage pinnedImage) {
    String tag = pinnedImage.getSpec().dropsTag() ? "" : ":" + pin.tag();
    return ImageReference.spelledName(image) + tag + "@" + pin.digest();
  }

  /** All ways to write the tag, the registry's own before those of its aliases. */
  static Stream<String> spellings(ImageReference tag, List<String> aliases) {
    return names(tag, aliases).flatMap(name -> spellings(name, tag));
  }

  private static Stream<String> names(ImageReference tag, List<String> aliases) {
    return Stream.concat(
        tag.spelledNames().stream(),
        aliases.stream().flatMap(host -> tag.of(host).spelledNames().stream()));
  }

  private static Stream<String> spellings(String name, ImageReference tag) {
    String tagged = name + ":" + tag.tag();
    return Objects.equals(tag.tag(), "latest") ? Stream.of(tagged, name) : Stream.of(tagged);
  }

  /**
   * Whether another PinnedImage says what the tag becomes: an older one, and any one where the tag
   * is only left over from before {@code spec.image} was changed.
   */
  static boolean isAnothers(ImageReference tag, Observation observation) {
    PinnedImage pinnedImage = observation.pinnedImage();
    boolean isLeftOver = !isTag(Questions.reference(pinnedImage), tag);
    return observation.peers().stream()
        .filter(peer -> isLeftOver || WorkloadRules.isOlder(peer, pinnedImage))
        .filter(not(PinnedImage::isMarkedForDeletion))
        .filter(peer -> !peer.getSpec().reportsOnly())
        .filter(peer -> Match.mayShare(peer, pinnedImage))
        .anyMatch(peer -> isTag(Questions.reference(peer), tag));
  }

  private static boolean isTag(Optional<ImageReference> reference, ImageReference tag) {
    return reference.filter(tag::sameTag).isPresent();
  }

  /** What is published while patches are under way: earlier pins that they take back, too. */
  static Map<String, String> of(Map<String, String> ofTag, List<Verdict> verdicts) {
    Map<String, String> rewrites = new HashMap<>(ofTag);
    if (!ofTag.isEmpty()) {
      verdicts.stream()
          .filter(Verdict::isWrittenByAdmission)
          .filter(verdict -> rewrites.size() < PinnedImageStatus.MAX_REWRITES)
          .forEach(v ->
              rewrites.put(
                  v.container().image(), Optional.ofNullable(v.replacement()).orElseThrow()));
    }
    return rewrites;
  }
}
