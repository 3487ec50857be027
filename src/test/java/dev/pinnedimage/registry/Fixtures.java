package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;

/** Manifests as registries serve them, and references to them. */
final class Fixtures {
  static final String DIGEST = "sha256:" + "ab".repeat(32);

  private Fixtures() {}

  static Digest digest() {
    return new Digest(DIGEST);
  }

  static Digest digestOf(String body) {
    return Digest.of(body.getBytes(UTF_8));
  }

  static ImageReference reference(String image) {
    return ImageReference.parse(image).orElseThrow();
  }

  static Query query(String image) {
    return new Query(reference(image), Credential.ANONYMOUS);
  }

  static String index(String... entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(MediaTypes.OCI_INDEX, String.join(",", entries));
  }

  static String entry(String os, String architecture) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}"
        .formatted(MediaTypes.OCI_MANIFEST, DIGEST, os, architecture);
  }

  /** An entry that does not say its platform. */
  static String bareEntry(String mediaType, String body) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digestOf(body), body.length());
  }

  static String manifest(String configDigest) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":7},\"layers\":[]}"
        .formatted(MediaTypes.OCI_MANIFEST, configDigest);
  }

  static String config(String os, String architecture) {
    return "{\"os\":\"%s\",\"architecture\":\"%s\",\"rootfs\":{}}".formatted(os, architecture);
  }
}
