package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The digests of which a PinnedImage knows that they are (or were) its pin, and no user's own. */
record KnownPins(Set<String> digests, Set<String> earlier) {

  static KnownPins of(PinnedImage pinnedImage) {
    PinnedImageStatus status = pinnedImage.lastStatus();
    Set<String> earlier = new HashSet<>();
    status.history().stream().map(PastPin::digest).forEach(earlier::add);
    Set<String> all = new HashSet<>(earlier);
    Optional.ofNullable(status.pinned()).ifPresent(pinned -> all.add(pinned.digest()));
    Optional.ofNullable(pinnedImage.getSpec().digest()).ifPresent(all::add);
    return new KnownPins(all, earlier);
  }

  /** The pin is known too, when it has moved and is not on record yet. */
  KnownPins with(String pin) {
    Set<String> all = new HashSet<>(digests);
    all.add(pin);
    return new KnownPins(all, earlier);
  }

  boolean contains(String digest) {
    return digests.contains(digest);
  }
}
