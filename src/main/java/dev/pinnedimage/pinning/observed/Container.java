package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.image.ImageReference;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What names an image in a pod template: a container, an init container or an image volume.
 *
 * @param path JSON pointer of it in its workload
 * @param field where below that the image is written: {@code /image} or {@code /image/reference}
 * @param image as it is written there
 * @param meaning the same by the host that the PinnedImage names, where an alias of it is written
 * @param writer who set the image last; read from managedFields only where it decides something
 */
public record Container(
    String name, String path, String field, String image, String meaning, @Nullable Writer writer) {
  public Container(String name, String path, String image) {
    this(name, path, "/image", image, image, null);
  }

  public static Container imageVolume(String name, String path, String image) {
    return new Container(name, path, "/image/reference", image, image, null);
  }

  /** JSON pointer of the image. */
  public String imagePath() {
    return path + field;
  }

  /** Whether it names one, be it the pin or not. */
  public boolean hasDigest() {
    return image.contains("@");
  }

  public boolean isVolume() {
    return !field.equals("/image");
  }

  /** The name, and for an image volume that it is one: a container may have the same. */
  public String label() {
    return isVolume() ? "volume/" + name : name;
  }

  public Container withImage(String other) {
    return new Container(name, path, field, other, other, null);
  }

  public Container meaning(String other) {
    return new Container(name, path, field, image, other, writer);
  }

  /** By repositories as they are spelled, and as they are meant. */
  Container readBy(Map<String, String> meanings) {
    String spelled = ImageReference.spelledName(image);
    String meant = meanings.getOrDefault(spelled, spelled);
    return meaning(meant + image.substring(spelled.length()));
  }

  public Container writtenBy(@Nullable Writer who) {
    return new Container(name, path, field, image, meaning, who);
  }

  /**
   * A field manager and when it wrote.
   *
   * @param operation Apply or Update
   * @param time to the second, as managedFields have it
   * @param atCreation whether that created the workload
   */
  public record Writer(String manager, String operation, Instant time, boolean atCreation) {
    public Writer(String manager, Instant time) {
      this(manager, "Update", time, false);
    }
  }
}
