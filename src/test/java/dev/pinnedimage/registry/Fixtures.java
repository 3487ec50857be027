package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.manifest.MediaTypes;
import java.util.Arrays;
import java.util.Map;

/** Manifests as registries serve them, and references to them. */
public final class Fixtures {
  public static final String DIGEST = "sha256:" + "ab".repeat(32);

  private static final JsonMapper MAPPER = new JsonMapper();

  private Fixtures() {}

  /** An entry of {@code registries}, by the keys of the operator's file. */
  public static RegistryHost host(Map<String, ?> keys) {
    return MAPPER.convertValue(keys, RegistryHost.class);
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  public static RegistrySettings settings(Map<String, ?>... entries) {
    return new RegistrySettings(Arrays.stream(entries).map(Fixtures::host).toList());
  }

  public static RegistrySettings plainHttp(String... authorities) {
    return new RegistrySettings(
        Arrays.stream(authorities)
            .map(authority -> host(Map.of("host", authority, "plainHttp", true)))
            .toList());
  }

  public static Digest digest() {
    return new Digest(DIGEST);
  }

  public static Digest digestOf(String body) {
    return Digest.of(body.getBytes(UTF_8));
  }

  public static ImageReference reference(String image) {
    return ImageReference.parse(image).orElseThrow();
  }

  public static Query query(String image) {
    return new Query(reference(image), Credential.ANONYMOUS);
  }

  public static String index(String... entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(MediaTypes.OCI_INDEX, String.join(",", entries));
  }

  public static String entry(String os, String architecture) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":7,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}"
        .formatted(MediaTypes.OCI_MANIFEST, DIGEST, os, architecture);
  }

  /** An entry that does not say its platform. */
  public static String bareEntry(String mediaType, String body) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
        .formatted(mediaType, digestOf(body), body.length());
  }

  public static String manifest(String configDigest) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"%s\",\"size\":7},\"layers\":[]}"
        .formatted(MediaTypes.OCI_MANIFEST, configDigest);
  }

  public static String config(String os, String architecture) {
    return "{\"os\":\"%s\",\"architecture\":\"%s\",\"rootfs\":{}}".formatted(os, architecture);
  }
}
