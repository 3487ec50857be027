package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Observation;
import org.jspecify.annotations.Nullable;

/** Whether the registry answered, for the tag and for an approved digest. */
final class ResolvedCheck {
  private ResolvedCheck() {}

  static Finding of(Observation observation, PinDecision decision) {
    Resolution upstream = observation.answers().upstream();
    if (observation.answers().pinned() instanceof Unresolved failed && isGone(decision, failed)) {
      return failed(observation, decision, failed);
    }
    if (upstream instanceof Unresolved failed) {
      return failed(observation, decision, failed);
    }
    if (observation.answers().candidate() instanceof Unresolved failed && decision.awaits(failed)) {
      return failed(observation, decision, failed);
    }
    if (upstream instanceof Resolved resolved) {
      return Finding.isTrue(
          ConditionType.Resolved,
          Reason.Resolved,
          observation.pinnedImage().getSpec().image()
              + " is "
              + resolved.digest()
              + " with "
              + Coverage.list(resolved.platforms())
              + (resolved.note().isEmpty() ? "" : "; " + resolved.note()));
    }
    throw new IllegalArgumentException("the tag was not looked up");
  }

  /** A node that does not have it cached could not start a pod any more. */
  private static boolean isGone(PinDecision decision, Unresolved pinned) {
    return !decision.moved()
        && decision.pin() != null
        && pinned.reason() == Failure.PINNED_DIGEST_GONE;
  }

  private static Finding failed(
      Observation observation, PinDecision decision, Unresolved unresolved) {
    String reason = unresolved.reason().reason();
    String held = held(decision.pin());
    if (!unresolved.reason().isTransient()) {
      String next = next(observation, unresolved.reason());
      return Finding.isFalse(ConditionType.Resolved, reason, unresolved.message() + next + held);
    }
    String since = "; not answering since " + since(observation) + ", asked again by itself";
    return Finding.unknown(ConditionType.Resolved, reason, unresolved.message() + since + held);
  }

  private static String next(Observation observation, Failure reason) {
    String interval = observation.pinnedImage().getSpec().checkInterval();
    return switch (reason.retry()) {
      case SLOW -> "; looked up again every " + interval;
      case ON_CHANGE -> "; tried again every 30 s";
      case BACK_OFF, AT_TIME -> "; asked again by itself";
    };
  }

  private static String held(@Nullable Pinned pin) {
    return pin == null
        ? "; nothing is pinned"
        : "; the pin " + pin.shortDigest() + " is held and still written";
  }

  /** The time at which the condition turned Unknown, so that the sentence stays the same. */
  private static String since(Observation observation) {
    return observation
        .pinnedImage()
        .lastStatus()
        .condition(ConditionType.Resolved)
        .filter(condition -> condition.status().equals("Unknown"))
        .map(Condition::lastTransitionTime)
        .orElseGet(() -> Sentences.time(observation.now()));
  }
}
