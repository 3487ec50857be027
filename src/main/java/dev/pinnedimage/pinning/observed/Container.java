package dev.pinnedimage.pinning.observed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container or init container of a pod template.
 *
 * @param path JSON pointer of the container in its workload
 * @param image as it is written there
 * @param meaning the same by the host that the PinnedImage names, where an alias of it is written
 * @param writer who set the image last; read from managedFields only where it decides something
 */
public record Container(
    String name, String path, String image, String meaning, @Nullable Writer writer) {
  public Container(String name, String path, String image) {
    this(name, path, image, image, null);
  }

  public Container meaning(String other) {
    return new Container(name, path, image, other, writer);
  }

  public Container writtenBy(@Nullable Writer who) {
    return new Container(name, path, image, meaning, who);
  }

  /**
   * A field manager and when it wrote.
   *
   * @param time to the second, as managedFields have it
   */
  public record Writer(String manager, Instant time) {}
}
