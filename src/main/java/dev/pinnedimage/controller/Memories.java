package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.observed.Memory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What was last reported of each PinnedImage in full: a status has no room for all workloads. */
public final class Memories {
  private final Map<String, Memory> byUid = new ConcurrentHashMap<>();

  @Nullable Memory of(PinnedImage pinnedImage) {
    return byUid.get(pinnedImage.getMetadata().getUid());
  }

  /**
   * @param memory null where nothing could be told: then the status counts again
   */
  void keep(PinnedImage pinnedImage, @Nullable Memory memory) {
    if (memory == null) {
      forget(pinnedImage);
    } else {
      byUid.put(pinnedImage.getMetadata().getUid(), memory);
    }
  }

  /** The PinnedImage is gone. */
  public void forget(PinnedImage deleted) {
    byUid.remove(deleted.getMetadata().getUid());
  }
}
