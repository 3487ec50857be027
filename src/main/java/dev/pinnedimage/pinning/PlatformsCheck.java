package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.pinning.PinDecision.Refusal;
import dev.pinnedimage.pinning.observed.Observation;

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
      return nothingPinned(observation);
    }
    Coverage coverage =
        Coverage.ofPlatforms(
            Coverage.parse(pin.platforms()), required, observation.pinnedImage().getSpec());
    String message = "the pin " + pin.shortDigest() + " " + coverage.detail();
    return switch (coverage.reason()) {
      case Covered, PolicyWarn ->
          Finding.isTrue(ConditionType.PlatformsCovered, coverage.reason(), message);
      case PlatformUnknown ->
          Finding.unknown(ConditionType.PlatformsCovered, coverage.reason().name(), message);
      default ->
          Finding.isFalse(
              ConditionType.PlatformsCovered,
              coverage.reason().name(),
              message + "; the pin stays written");
    };
  }

  private static boolean isAboutPlatforms(Refusal refusal) {
    return refusal.reason().equals(Reason.NotMultiArch.name())
        || refusal.reason().equals(Reason.PlatformMissing.name())
        || refusal.reason().equals(Reason.PlatformUnknown.name());
  }

  private static Finding refused(Refusal refusal, @org.jspecify.annotations.Nullable Pinned pin) {
    String message =
        refusal.message()
            + (pin == null
                ? "; nothing is pinned and nothing was written"
                : "; the pin " + pin.shortDigest() + " stays");
    return refusal.reason().equals(Reason.PlatformUnknown.name())
        ? Finding.unknown(ConditionType.PlatformsCovered, refusal.reason(), message)
        : Finding.isFalse(ConditionType.PlatformsCovered, refusal.reason(), message);
  }

  private static Finding nothingPinned(Observation observation) {
    return ResolvedCheck.unresolvedUpstream(observation)
        .map(failed ->
            Finding.unknown(
                ConditionType.PlatformsCovered,
                failed.reason().reason(),
                "nothing is pinned, and the tag could not be resolved"))
        .orElseGet(() ->
            Finding.unknown(
                ConditionType.PlatformsCovered,
                Reason.PlatformUnknown.name(),
                "nothing is pinned"));
  }
}
