package dev.pinnedimage.registry.manifest;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.registry.Refusal;

/** A manifest as it came, with the digest that its bytes really have. */
final class Fetched {
  private final Digest digest;
  private final String contentType;
  private final byte[] bytes;

  Fetched(Digest digest, String contentType, byte[] bytes) {
    this.digest = digest;
    this.contentType = contentType;
    this.bytes = bytes;
  }

  Digest digest() {
    return digest;
  }

  int size() {
    return bytes.length;
  }

  Manifest read() throws Refusal {
    return ManifestReader.read(bytes, contentType);
  }
}
