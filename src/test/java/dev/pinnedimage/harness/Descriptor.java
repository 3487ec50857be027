package dev.pinnedimage.harness;

import dev.pinnedimage.image.Digest;
import java.util.Map;

/**
 * An entry of an index, before it is written down.
 *
 * @param platform {@code os/arch[/variant][:osVersion]}, written as it is spelt here; empty for an
 *     entry without a platform
 */
public record Descriptor(
    String mediaType, Digest digest, long size, String platform, Map<String, String> annotations) {
  static final String REFERENCE_TYPE = "vnd.docker.reference.type";
  static final String ATTESTATION = "attestation-manifest";

  public Descriptor {
    annotations = Map.copyOf(annotations);
  }

  static Descriptor of(String mediaType, byte[] bytes, String platform) {
    return new Descriptor(mediaType, Digest.of(bytes), bytes.length, platform, Map.of());
  }

  /** Says nothing about its platform; a reader has to look into the config. */
  public Descriptor withoutPlatform() {
    return new Descriptor(mediaType, digest, size, "", annotations);
  }

  /** What buildx puts beside an image: provenance, for no platform. */
  Descriptor asAttestationOf(Descriptor image) {
    return new Descriptor(
        mediaType,
        digest,
        size,
        "unknown/unknown",
        Map.of(REFERENCE_TYPE, ATTESTATION, "vnd.docker.reference.digest", image.digest().value()));
  }

  public boolean isAttestation() {
    return ATTESTATION.equals(annotations.get(REFERENCE_TYPE));
  }
}
