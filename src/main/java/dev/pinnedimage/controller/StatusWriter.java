package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.Transitions;
import dev.pinnedimage.pinning.observed.Observation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.util.Objects;

/** Writes status where it changed, and only there: in a steady state nothing is written. */
public final class StatusWriter {
  private final Events events;

  private final Wakeups wakeups;

  public StatusWriter(Events events, Wakeups wakeups) {
    this.events = events;
    this.wakeups = wakeups;
  }

  /**
   * The SDK takes every event up to its own write for its own: an edit that came just before would
   * be noticed at the next interval only.
   */
  private static boolean isSameWish(PinnedImage written, PinnedImage observed) {
    return Objects.equals(
            written.getMetadata().getGeneration(), observed.getMetadata().getGeneration())
        && written.requestedAt().equals(observed.requestedAt());
  }

  /**
   * One server-side apply, or none.
   *
   * @return the observation with the PinnedImage as it is now
   */
  public Observation write(
      Observation observation, PinnedImageStatus next, Context<PinnedImage> context) {
    PinnedImage pinnedImage = observation.pinnedImage();
    PinnedImageStatus last = pinnedImage.lastStatus();
    if (next.equals(last)) {
      return observation;
    }
    PinnedImage fresh = new PinnedImage();
    fresh.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(pinnedImage.getMetadata().getNamespace())
            .withName(pinnedImage.getMetadata().getName())
            // Never onto another object of the same name: the API server answers with a conflict.
            .withUid(pinnedImage.getMetadata().getUid())
            .build());
    fresh.setStatus(next);
    PinnedImage written = context.resourceOperations().serverSideApplyPrimaryStatus(fresh);
    if (!isSameWish(written, pinnedImage)) {
      wakeups.changedMeanwhile(written);
    }
    events.record(pinnedImage, Transitions.between(last, next));
    return observation.withStatus(next);
  }
}
