package dev.pinnedimage.registry.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Child;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What containerd would make of an image, said independently of how the operator reads it: Go's
 * decoding (names in any letter case, one wrong type fails all), and the platforms that its matcher
 * could match.
 */
record NodesReading(Map<Digest, byte[]> manifests, Map<Digest, byte[]> configs) {
  private static final JsonMapper GO =
      JsonMapper.builder()
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_PROPERTIES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withCoercionConfig(
              LogicalType.Textual,
              to -> {
                to.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                to.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                to.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .build();
  private static final Set<String> INDEXES = Set.of(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST);
  private static final Set<String> IMAGES =
      Set.of(MediaTypes.OCI_MANIFEST, MediaTypes.DOCKER_MANIFEST);

  record GoPlatform(
      @Nullable String os,
      @Nullable String architecture,
      @Nullable String variant,
      @JsonProperty("os.version") @Nullable String version,
      @JsonProperty("os.features") @Nullable List<String> features) {}

  record GoDescriptor(
      @Nullable String mediaType,
      @Nullable String digest,
      long size,
      @Nullable List<String> urls,
      @Nullable Map<String, String> annotations,
      @Nullable ByteBuffer data,
      @Nullable GoPlatform platform,
      @Nullable String artifactType) {}

  record GoManifest(
      int schemaVersion,
      @Nullable String mediaType,
      @Nullable String artifactType,
      @Nullable GoDescriptor config,
      @Nullable List<GoDescriptor> layers,
      @Nullable List<GoDescriptor> manifests,
      @Nullable GoDescriptor subject,
      @Nullable Map<String, String> annotations) {}

  /** What can be run of a root; fails where containerd would. */
  List<Child> of(byte[] root, String contentType) throws IOException {
    GoManifest document = GO.readValue(root, GoManifest.class);
    String served = contentType.replaceFirst(";.*", "");
    boolean specific = INDEXES.contains(served) || IMAGES.contains(served);
    String own = Objects.requireNonNullElse(document.mediaType(), "");
    String said = specific ? served : own;
    boolean index = said.isEmpty() ? document.manifests() != null : INDEXES.contains(said);
    if (index) {
      return below(document, 1);
    }
    Child self =
        new Child(
            configured(document).orElseThrow(() -> new IOException("no platform")),
            Digest.of(root));
    return List.of(self);
  }

  private List<Child> below(GoManifest index, int level) throws IOException {
    if (index.schemaVersion() != 2 || index.config() != null || level > 3) {
      throw new IOException("no index that anybody could pull");
    }
    List<Child> found = new ArrayList<>();
    for (GoDescriptor entry : Objects.requireNonNull(index.manifests())) {
      if (INDEXES.contains(type(entry)) && !isArtifact(entry) && !isNobodys(entry)) {
        found.addAll(below(fetched(entry), level + 1));
      } else if (IMAGES.contains(type(entry)) && !isArtifact(entry)) {
        Optional<Platform> platform = platform(entry);
        if (platform.isPresent()) {
          found.add(new Child(platform.get(), digest(entry)));
        }
      }
    }
    return found;
  }

  private static String type(GoDescriptor entry) {
    return Objects.requireNonNullElse(entry.mediaType(), "");
  }

  private static boolean isNobodys(GoDescriptor entry) {
    return entry.platform() != null && matchable(entry.platform()).isEmpty();
  }

  private static boolean isArtifact(GoDescriptor entry) {
    boolean attestation =
        entry.annotations() != null && entry.annotations().containsKey("vnd.docker.reference.type");
    return attestation || isForeign(entry.artifactType());
  }

  private static boolean isForeign(@Nullable String artifactType) {
    return artifactType != null
        && !artifactType.isEmpty()
        && !MediaTypes.IMAGE_CONFIGS.contains(artifactType);
  }

  private Optional<Platform> platform(GoDescriptor entry) throws IOException {
    return entry.platform() != null ? matchable(entry.platform()) : configured(fetched(entry));
  }

  private static Digest digest(GoDescriptor entry) throws IOException {
    return Optional.ofNullable(entry.digest())
        .flatMap(Digest::parse)
        .orElseThrow(() -> new IOException("no digest"));
  }

  private GoManifest fetched(GoDescriptor entry) throws IOException {
    byte[] bytes = manifests.get(digest(entry));
    if (bytes == null || bytes.length != entry.size()) {
      throw new IOException("not there, or of another size");
    }
    return GO.readValue(bytes, GoManifest.class);
  }

  private Optional<Platform> configured(GoManifest image) throws IOException {
    GoDescriptor config = image.config();
    if (config == null || image.manifests() != null || image.schemaVersion() != 2) {
      throw new IOException("no image");
    }
    if (!MediaTypes.IMAGE_CONFIGS.contains(type(config)) || isForeign(image.artifactType())) {
      return Optional.empty();
    }
    byte[] bytes = configs.get(digest(config));
    return bytes == null ? Optional.empty() : matchable(GO.readValue(bytes, GoPlatform.class));
  }

  private static Optional<Platform> matchable(GoPlatform stated) {
    String os = lower(stated.os());
    String variant = lower(stated.variant());
    String version = os.equals("windows") ? Objects.requireNonNullElse(stated.version(), "") : "";
    boolean unknown = os.equals("unknown") || lower(stated.architecture()).equals("unknown");
    boolean garbled = !version.matches("|[0-9]{1,6}(\\.[0-9]{1,6}){0,4}");
    boolean features = stated.features() != null && !stated.features().isEmpty();
    boolean named = isWord(os) && isWord(lower(stated.architecture()));
    if (!named || unknown || garbled || features || !(variant.isEmpty() || isWord(variant))) {
      return Optional.empty();
    }
    return Optional.of(new Platform(os, lower(stated.architecture()), variant, version));
  }

  private static boolean isWord(String text) {
    return text.length() <= 32 && text.matches("[a-z0-9][a-z0-9_.-]*");
  }

  private static String lower(@Nullable String text) {
    return Objects.requireNonNullElse(text, "").toLowerCase(Locale.ROOT);
  }
}
