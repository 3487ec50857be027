package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.PinDecision.Refusal;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether upstream points at another digest than the pin, and what to do about it. */
final class TagMovedCheck {
  private TagMovedCheck() {}

  static Finding of(
      Observation observation,
      PinDecision decision,
      Requirements required,
      @Nullable Upstream upstream) {
    Pinned pin = decision.pin();
    Resolution answer = observation.answers().upstream();
    if (answer instanceof Unresolved unresolved) {
      return unread(observation.pinnedImage(), unresolved, pin);
    }
    if (pin == null) {
      Refusal refusal = Objects.requireNonNull(decision.refusal());
      return Finding.unknown(ConditionType.TagMoved, refusal.reason(), "nothing is pinned yet");
    }
    if (!(answer instanceof Resolved resolved) || upstream == null) {
      throw new IllegalArgumentException("the tag was not looked up");
    }
    if (resolved.digest().value().equals(pin.digest())) {
      String image = observation.pinnedImage().getSpec().image();
      return Finding.isFalse(
          ConditionType.TagMoved,
          Reason.UpToDate.name(),
          image + " points at the pin " + pin.shortDigest());
    }
    return moved(
        observation, pin, upstream, PinDecision.refusal(observation, required, resolved, false));
  }

  private static Finding unread(
      PinnedImage pinnedImage, Unresolved unresolved, @Nullable Pinned pin) {
    boolean gone =
        unresolved.reason() == Failure.TAG_NOT_FOUND
            || unresolved.reason() == Failure.REPOSITORY_NOT_FOUND;
    if (gone && pin != null) {
      return Finding.unknown(
          ConditionType.TagMoved,
          Reason.TagDeleted.name(),
          pinnedImage.getSpec().image()
              + " is gone from the registry; the pin "
              + pin.shortDigest()
              + " is held for as long as the registry keeps that digest: push the tag again, or set"
              + " spec.image to another");
    }
    return Finding.unknown(
        ConditionType.TagMoved,
        unresolved.reason().reason(),
        "what the tag points at now is not known: see the Resolved condition");
  }

  private static Finding moved(
      Observation observation, Pinned pin, Upstream upstream, Optional<Refusal> refusal) {
    PinnedImage pinnedImage = observation.pinnedImage();
    String move =
        pinnedImage.getSpec().image()
            + " points at "
            + upstream.digest()
            + " since "
            + upstream.since()
            + ", the pin is "
            + pin.digest()
            + Optional.ofNullable(upstream.change()).map(change -> " (" + change + ")").orElse("");
    if (refusal.isPresent()) {
      return Finding.isTrue(
          ConditionType.TagMoved,
          Reason.CandidateRejected,
          move + "; it is not fit to be pinned: " + refusal.get().message());
    }
    return Finding.isTrue(
        ConditionType.TagMoved,
        Reason.AwaitingApproval,
        move + "; approve with: " + Sentences.approve(pinnedImage, upstream.digest()));
  }
}
