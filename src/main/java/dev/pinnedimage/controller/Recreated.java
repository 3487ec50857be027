package dev.pinnedimage.controller;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Map;

/**
 * Takes care of a PinnedImage that is deleted and created again while the old one is still being
 * reconciled. Measured: where reconcilers are told of deletions, the SDK (5.3.2) drops the events
 * of the new one together with the old one's; this is told when it has.
 */
public final class Recreated implements Metrics {
  private final Wakeups wakeups;

  public Recreated(Wakeups wakeups) {
    this.wakeups = wakeups;
  }

  @Override
  public void cleanupDone(ResourceID gone, Map<String, Object> metadata) {
    wakeups.takenAgain(gone);
  }
}
