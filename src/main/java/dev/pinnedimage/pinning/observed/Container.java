package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.image.ImageReference;
import java.time.Instant;
import java.util.Map;
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

  /** By repositories as they are spelled, and as they are meant. */
  Container readBy(Map<String, String> meanings) {
    String spelled = ImageReference.spelledName(image);
    String meant = meanings.getOrDefault(spelled, spelled);
    return meaning(meant + image.substring(spelled.length()));
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
