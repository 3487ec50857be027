package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.PinDecision.Refusal;
import dev.pinnedimage.pinning.observed.Observation;
import org.jspecify.annotations.Nullable;

/** Whether every required platform is in the index: the pinned one, else upstream's. */
final class PlatformsCheck {
  private PlatformsCheck() {}

  static Finding of(Observation observation, PinDecision decision, Requirements required) {
    Refusal refusal = decision.refusal();
    if (refusal != null && !refusal.isPending() && isAboutPlatforms(refusal)) {
      return refused(refusal, decision.pin());
    }
    Pinned pin = decision.pin();
    if (pin == null) {
      return nothingPinned(observation, required);
    }
    Coverage coverage =
        Coverage.ofPlatforms(
            Coverage.parse(pin.platforms()), required, observation.pinnedImage().getSpec());
    return judged(
        coverage,
        "the pin " + pin.shortDigest() + " " + coverage.detail(),
        "; the pin stays written");
  }

  private static Finding judged(Coverage coverage, String message, String consequence) {
    return switch (coverage.reason()) {
      case Covered, PolicyWarn ->
          Finding.isTrue(ConditionType.PlatformsCovered, coverage.reason(), message);
      case PlatformUnknown ->
          Finding.unknown(ConditionType.PlatformsCovered, coverage.reason().name(), message);
      default ->
          Finding.isFalse(
              ConditionType.PlatformsCovered, coverage.reason().name(), message + consequence);
    };
  }

  private static boolean isAboutPlatforms(Refusal refusal) {
    return refusal.reason().equals(Reason.NotMultiArch.name())
        || refusal.reason().equals(Reason.PlatformMissing.name())
        || refusal.reason().equals(Reason.PlatformUnknown.name());
  }

  private static Finding refused(Refusal refusal, @Nullable Pinned pin) {
    String message =
        refusal.message()
            + (pin == null
                ? "; nothing is pinned and nothing was written"
                : "; the pin " + pin.shortDigest() + " stays");
    return refusal.reason().equals(Reason.PlatformUnknown.name())
        ? Finding.unknown(ConditionType.PlatformsCovered, refusal.reason(), message)
        : Finding.isFalse(ConditionType.PlatformsCovered, refusal.reason(), message);
  }

  private static Finding nothingPinned(Observation observation, Requirements required) {
    return switch (observation.answers().upstream()) {
      case Resolved upstream -> {
        PinnedImage pinnedImage = observation.pinnedImage();
        Coverage coverage = Coverage.ofCandidate(upstream, required, pinnedImage.getSpec());
        String subject = Sentences.subject(pinnedImage, upstream.digest(), false);
        yield judged(coverage, subject + " " + coverage.detail(), "; nothing is pinned");
      }
      case Unresolved failed ->
          Finding.unknown(
              ConditionType.PlatformsCovered,
              failed.reason().reason(),
              "nothing is pinned, and the tag could not be resolved");
      case null -> throw new IllegalArgumentException("the tag was not looked up");
    };
  }
}
