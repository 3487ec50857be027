package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;
import static dev.pinnedimage.image.Failure.UNSUPPORTED_MEDIA_TYPE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Decides what a manifest is, by its body <em>and</em> its Content-Type: where the two disagree,
 * two clients would run different things (CVE-2021-41190).
 */
final class ManifestReader {
  static final int MAX_CHILDREN = 64;
  private static final String DIGEST = "digest";
  private static final String CONFIG = "config";
  private static final String MANIFESTS = "manifests";
  private static final String PLATFORM = "platform";
  private static final String SIZE = "size";
  private static final String MEDIA_TYPE = "mediaType";

  /** What servers say that do not know better: the body alone decides then. */
  private static final Set<String> GENERIC =
      Set.of("", "application/json", "application/octet-stream", "text/plain");

  private ManifestReader() {}

  static Manifest read(byte[] bytes, String contentType) throws Refusal {
    String served = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    if (!GENERIC.contains(served)) {
      requireSupported(served);
    }
    JsonNode root =
        Json.object(bytes)
            .orElseThrow(() -> invalid("is not a JSON object within the bounds of this operator"));
    requireSchema(root);
    if (!ManifestShape.isManifest(root)) {
      throw invalid(
          "has a field of another type, or in another letter case, than the specification's: clients would read it differently");
    }
    String type = agreedType(root, served);
    return MediaTypes.INDEXES.contains(type) ? index(root, type) : image(root, type);
  }

  private static void requireSupported(String type) throws Refusal {
    if (type.startsWith("application/vnd.docker.distribution.manifest.v1+")) {
      throw schema1();
    }
    if (!MediaTypes.INDEXES.contains(type) && !MediaTypes.MANIFESTS.contains(type)) {
      throw new Refusal(
          UNSUPPORTED_MEDIA_TYPE,
          "the registry serves %s, which is neither an image index nor an image manifest"
              .formatted(Refusal.printable(type)));
    }
  }

  private static void requireSchema(JsonNode root) throws Refusal {
    JsonNode version = root.path("schemaVersion");
    if (version.isInt() && version.intValue() == 1) {
      throw schema1();
    }
    if (!version.isInt() || version.intValue() != 2) {
      throw invalid("does not have schemaVersion 2");
    }
  }

  private static String agreedType(JsonNode root, String served) throws Refusal {
    String own = Json.text(root, MEDIA_TYPE);
    if (!own.isEmpty()) {
      requireSupported(own);
    }
    boolean generic = GENERIC.contains(served);
    if (!generic && !own.isEmpty() && !own.equals(served)) {
      throw invalid("calls itself %s but is served as %s".formatted(own, served));
    }
    if (!generic) {
      return served;
    }
    String byShape = root.has(MANIFESTS) ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST;
    return own.isEmpty() ? byShape : own;
  }

  private static Manifest index(JsonNode root, String type) throws Refusal {
    JsonNode children = root.path(MANIFESTS);
    if (!children.isArray() || root.has(CONFIG) || root.has("layers") || root.has("fsLayers")) {
      throw invalid("is served as an index but does not have the fields of one");
    }
    if (children.size() > MAX_CHILDREN) {
      throw invalid("has more than %d entries".formatted(MAX_CHILDREN));
    }
    List<Manifest.Entry> entries = new ArrayList<>();
    for (JsonNode child : children) {
      if (isRunnable(child)) {
        entries.add(entry(child));
      }
    }
    return new Manifest.Index(type, entries);
  }

  private static Manifest image(JsonNode root, String type) throws Refusal {
    JsonNode config = root.path(CONFIG);
    if (!config.isObject() || root.has(MANIFESTS) || root.has("fsLayers")) {
      throw invalid("is served as a manifest but does not have the fields of one");
    }
    String configType = Json.text(config, MEDIA_TYPE);
    if (!MediaTypes.IMAGE_CONFIGS.contains(configType)) {
      return new Manifest.Artifact(configType);
    }
    return isArtifact(root)
        ? new Manifest.Artifact(Json.text(root, "artifactType"))
        : new Manifest.Image(type, digest(config));
  }

  private static boolean isRunnable(JsonNode child) {
    String type = Json.text(child, MEDIA_TYPE);
    boolean pullable = MediaTypes.INDEXES.contains(type) || MediaTypes.MANIFESTS.contains(type);
    JsonNode platform = child.path(PLATFORM);
    // A node compares what is stated, and asks the config only where nothing is.
    boolean nobodys = platform.isObject() && PlatformJson.read(platform).isEmpty();
    boolean attestation = child.path("annotations").has("vnd.docker.reference.type");
    return (pullable || type.isEmpty()) && !nobodys && !attestation && !isArtifact(child);
  }

  private static boolean isArtifact(JsonNode node) {
    String type = Json.text(node, "artifactType");
    return !type.isEmpty() && !MediaTypes.IMAGE_CONFIGS.contains(type);
  }

  private static Manifest.Entry entry(JsonNode child) throws Refusal {
    String type = Json.text(child, MEDIA_TYPE);
    if (type.isEmpty()) {
      throw invalid("has an entry without a media type");
    }
    Platform platform = PlatformJson.read(child.path(PLATFORM)).orElse(null);
    long size = child.path(SIZE).longValue();
    return new Manifest.Entry(digest(child), size, MediaTypes.INDEXES.contains(type), platform);
  }

  private static Digest digest(JsonNode descriptor) throws Refusal {
    JsonNode size = descriptor.path(SIZE);
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
      throw invalid("has an entry without a valid size");
    }
    return Digest.parse(Json.text(descriptor, DIGEST))
        .orElseThrow(() -> invalid("has an entry without a valid sha256 digest"));
  }

  private static Refusal schema1() {
    return new Refusal(
        UNSUPPORTED_MEDIA_TYPE,
        "the registry serves a manifest of the obsolete schema 1; push the image again with a current tool");
  }

  private static Refusal invalid(String what) {
    return new Refusal(MANIFEST_INVALID, "the manifest " + what);
  }
}
