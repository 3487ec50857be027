package dev.pinnedimage.pinning.observed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container or init container of a pod template.
 *
 * @param path JSON pointer of the container in its workload
 * @param writer who set the image last; read from managedFields only where it decides something
 */
public record Container(String name, String path, String image, @Nullable Writer writer) {
  public Container(String name, String path, String image) {
    this(name, path, image, null);
  }

  public Container writtenBy(@Nullable Writer who) {
    return new Container(name, path, image, who);
  }

  /**
   * A field manager and when it wrote.
   *
   * @param time to the second, as managedFields have it
   */
  public record Writer(String manager, Instant time) {}
}
