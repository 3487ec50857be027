package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.ArrayList;
import java.util.List;

/** {@code status.history}: the pins before this one, newest first, and why each was replaced. */
final class History {
  private History() {}

  static List<PastPin> after(Observation observation, PinDecision decision) {
    PinnedImageStatus status = observation.pinnedImage().lastStatus();
    Pinned before = status.pinned();
    Pinned now = decision.pin();
    if (!decision.moved() || before == null || now == null) {
      return status.history();
    }
    if (before.digest().equals(now.digest())) {
      return status.history();
    }
    List<PastPin> history = new ArrayList<>();
    history.add(
        new PastPin(
            before.digest(),
            before.since(),
            Sentences.time(observation.now()),
            whyReplaced(observation, status, now)));
    history.addAll(status.history());
    return history.subList(0, Math.min(history.size(), PinnedImageStatus.MAX_HISTORY));
  }

  private static String whyReplaced(Observation observation, PinnedImageStatus status, Pinned now) {
    if (Questions.held(observation.pinnedImage()).isEmpty()) {
      return "ImageChanged";
    }
    boolean wasPinned = status.history().stream().anyMatch(p -> p.digest().equals(now.digest()));
    return wasPinned ? "RolledBack" : "Approved";
  }
}
