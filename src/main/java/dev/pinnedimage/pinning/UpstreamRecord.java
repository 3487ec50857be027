package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.pinning.observed.Observation;
import org.jspecify.annotations.Nullable;

/** {@code status.upstream}: what the tag points at, since when we saw it, and what is different. */
final class UpstreamRecord {
  private UpstreamRecord() {}

  static @Nullable Upstream of(Observation observation, @Nullable Pinned pin) {
    Upstream last = observation.pinnedImage().lastStatus().upstream();
    if (observation.answers().upstream() instanceof Resolved resolved) {
      String digest = resolved.digest().value();
      boolean same = last != null && last.digest().equals(digest);
      return new Upstream(
          digest,
          resolved.mediaType(),
          resolved.platforms().stream().map(Object::toString).toList(),
          same && last != null ? last.since() : Sentences.time(observation.now()),
          resolved.digest().shortForm(),
          change(observation, resolved, pin, same ? last : null));
    }
    return Questions.held(observation.pinnedImage()).isPresent() ? last : null;
  }

  /** The last word on it stands while the content of the same pin cannot be read. */
  private static @Nullable String change(
      Observation observation, Resolved upstream, @Nullable Pinned pin, @Nullable Upstream last) {
    if (pin == null || pin.digest().equals(upstream.digest().value())) {
      return null;
    }
    Pinned before = observation.pinnedImage().lastStatus().pinned();
    boolean isSamePin = before != null && before.digest().equals(pin.digest());
    return observation
        .answers()
        .contentOf(pin.digest())
        .map(content -> Change.between(content, upstream))
        .orElse(isSamePin && last != null ? last.change() : null);
  }
}
