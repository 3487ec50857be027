package dev.pinnedimage.harness;

import dev.pinnedimage.image.Digest;
import java.util.Map;
import java.util.TreeMap;

/**
 * A layer of one file, {@code content}, that a container runtime can unpack; of equal text, equal
 * bytes.
 */
final class Layer {
  private final byte[] gzip;
  private final Digest diffId;

  private Layer(byte[] gzip, Digest diffId) {
    this.gzip = gzip;
    this.diffId = diffId;
  }

  static Layer of(String text) {
    Tar tar = Tar.of(new TreeMap<>(Map.of("content", text)));
    return new Layer(tar.gzip(), Digest.of(tar.bytes()));
  }

  byte[] gzip() {
    return gzip.clone();
  }

  /** The digest of the uncompressed tar, as it stands in a config. */
  Digest diffId() {
    return diffId;
  }
}
