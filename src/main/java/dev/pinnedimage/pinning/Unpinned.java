package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code status.unpinned}: what the guard tells whoever runs a tag that has no pin yet. Every
 * spelling of the tag stands there, since CEL cannot normalise references.
 */
final class Unpinned {
  private Unpinned() {}

  /** Empty where there is a pin, or where this PinnedImage would not write one. */
  static Map<String, String> of(Observation observation, Plan plan) {
    Optional<Finding> blocker = Optional.ofNullable(plan.blocker());
    if (plan.rules() == null
        || !plan.isUnpinned()
        || blocker.isEmpty()
        || observation.onlyReports()
        || observation.pinnedImage().isMarkedForDeletion()) {
      return Map.of();
    }
    ImageReference tag = Questions.reference(observation.pinnedImage()).orElseThrow();
    if (Rewrites.isAnothers(tag, observation)) {
      return Map.of();
    }
    String sentence = sentence(observation.pinnedImage(), blocker.get().message());
    return Rewrites.spellings(tag, observation.surroundings().aliases())
        .distinct()
        .limit(PinnedImageStatus.MAX_UNPINNED)
        .collect(Collectors.toMap(Function.identity(), _ -> sentence));
  }

  /** On one line, as a warning has to be; what to do is never cut off. */
  private static String sentence(PinnedImage pinnedImage, String why) {
    String name = pinnedImage.getMetadata().getName();
    String start = "PinnedImage " + name + " has no pin for it: ";
    String end =
        "; apply this again once there is one: kubectl wait pinnedimage/"
            + name
            + " -n "
            + pinnedImage.getMetadata().getNamespace()
            + " --for=condition=Ready";
    int room = PinnedImageStatus.MAX_SENTENCE - start.length() - end.length();
    return start + Sentences.bounded(why.replaceAll("\\s+", " "), room) + end;
  }
}
