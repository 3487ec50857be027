package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.Transitions;
import dev.pinnedimage.pinning.observed.Observation;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;

/** Writes status where it changed, and only there: in a steady state nothing is written. */
public final class StatusWriter {
  private final Events events;

  public StatusWriter(Events events) {
    this.events = events;
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
            .build());
    fresh.setStatus(next);
    context.resourceOperations().serverSideApplyPrimaryStatus(fresh);
    events.record(pinnedImage, Transitions.between(last, next));
    return observation.withStatus(next);
  }
}
