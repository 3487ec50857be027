package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the pin is to be: held as it was, moved to a verified digest, or none.
 *
 * @param pin the pin after this decision; null where nothing is pinned for this tag
 * @param moved whether the pin is another than the status has on record
 * @param refusal why an approved digest (or, while nothing is pinned, the tag) is not pinned
 */
record PinDecision(@Nullable Pinned pin, boolean moved, @Nullable Refusal refusal) {

  /**
   * A digest that was to be pinned and is not.
   *
   * @param isPending the registry could not be asked: nothing is wrong with the digest so far
   */
  record Refusal(String reason, String message, boolean isPending, boolean ofApproval) {}

  /** Whether this failure to verify a digest is what keeps the pin from being decided. */
  boolean awaits(Unresolved candidate) {
    return refusal != null && refusal.reason().equals(candidate.reason().reason());
  }

  static PinDecision of(Observation observation, Requirements required) {
    PinnedImage pinnedImage = observation.pinnedImage();
    Pinned held = Questions.held(pinnedImage).orElse(null);
    if (pinnedImage.getSpec().suspend()) {
      return new PinDecision(held, false, null);
    }
    if (observation.answers().candidate() != null) {
      return ofCandidate(observation, required, held);
    }
    return held != null ? new PinDecision(held, false, null) : ofUpstream(observation, required);
  }

  private static PinDecision ofCandidate(
      Observation observation, Requirements required, @Nullable Pinned held) {
    boolean approved = observation.pinnedImage().getSpec().digest() != null;
    Resolution candidate = observation.answers().candidate();
    if (candidate instanceof Resolved resolved) {
      Optional<Refusal> refusal = refusal(observation, required, resolved, approved);
      if (refusal.isEmpty()) {
        return new PinDecision(record(observation, resolved), true, null);
      }
      return approved
          ? new PinDecision(held, false, refusal.get())
          : ofUpstream(observation, required);
    }
    Unresolved unresolved = (Unresolved) candidate;
    boolean pending = unresolved != null && unresolved.reason().isTransient();
    if (approved || pending) {
      return new PinDecision(held, false, unverified(unresolved, approved));
    }
    return ofUpstream(observation, required);
  }

  private static Refusal unverified(@Nullable Unresolved unresolved, boolean approved) {
    if (unresolved == null) {
      throw new IllegalArgumentException("a candidate is either resolved or unresolved");
    }
    return new Refusal(
        unresolved.reason().reason(),
        unresolved.message(),
        unresolved.reason().isTransient(),
        approved);
  }

  /** Trust on first use: nothing is pinned yet, so the tag's digest becomes the pin. */
  private static PinDecision ofUpstream(Observation observation, Requirements required) {
    if (!(observation.answers().upstream() instanceof Resolved upstream)) {
      return new PinDecision(null, false, null);
    }
    return refusal(observation, required, upstream, false)
        .map(refusal -> new PinDecision(null, false, refusal))
        .orElseGet(() -> new PinDecision(record(observation, upstream), true, null));
  }

  /** Why this may not become the pin; empty where it may. */
  static Optional<Refusal> refusal(
      Observation observation, Requirements required, Resolved candidate, boolean approved) {
    String subject = Sentences.subject(observation.pinnedImage(), candidate.digest(), approved);
    Optional<String> inner = innerManifest(observation, candidate.digest());
    if (inner.isPresent()) {
      return Optional.of(
          new Refusal(Reason.NotMultiArch.name(), subject + " " + inner.get(), false, approved));
    }
    if (!approved
        && observation
            .pinnedImage()
            .getSpec()
            .rejectedDigests()
            .contains(candidate.digest().value())) {
      return Optional.of(
          new Refusal(
              Reason.CandidateRejected.name(),
              subject + " is one of spec.rejectedDigests: push another image to the tag",
              false,
              false));
    }
    Coverage coverage =
        Coverage.ofCandidate(candidate, required, observation.pinnedImage().getSpec());
    return coverage.mayBePinned()
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                coverage.reason().name(), subject + " " + coverage.detail(), false, approved));
  }

  /** The classic mistake: one platform's manifest taken for the digest of the image. */
  private static Optional<String> innerManifest(Observation observation, Digest digest) {
    Answers answers = observation.answers();
    return answers
        .resolvedUpstream()
        .flatMap(index -> Sentences.innerManifest(index, digest.value()))
        .or(() ->
            answers.resolvedPin().flatMap(index -> Sentences.innerManifest(index, digest.value())));
  }

  private static Pinned record(Observation observation, Resolved resolved) {
    ImageReference reference = Questions.reference(observation.pinnedImage()).orElseThrow();
    return new Pinned(
        resolved.digest().value(),
        reference.withDigest(resolved.digest()).toString(),
        resolved.mediaType(),
        resolved.platforms().stream().map(Object::toString).toList(),
        Sentences.time(observation.now()),
        resolved.digest().shortForm());
  }
}
