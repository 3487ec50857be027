package dev.pinnedimage.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Whether a manifest or config is one that the nodes' clients (containerd, CRI-O, Docker) read as
 * this operator does. They decode into Go structs: one field of another type fails the whole
 * document, and a field's name counts in any letter case, the last spelling winning.
 */
final class ManifestShape {
  private record Shape(Map<String, Predicate<JsonNode>> fields, Set<String> folded) {
    Shape(Map<String, Predicate<JsonNode>> fields) {
      this(fields, fields.keySet().stream().map(Shape::fold).collect(Collectors.toSet()));
    }

    boolean fits(JsonNode object) {
      return object.isObject()
          && object.properties().stream().allMatch(field -> fits(field.getKey(), field.getValue()));
    }

    private boolean fits(String name, JsonNode value) {
      Predicate<JsonNode> type = fields.get(name);
      return type == null ? !folded.contains(fold(name)) : value.isNull() || type.test(value);
    }

    /** As encoding/json does: there is one letter beside ASCII that folds to one of it. */
    private static String fold(String name) {
      return name.toLowerCase(Locale.ROOT).replace('\u017f', 's');
    }
  }

  private static final Predicate<JsonNode> TEXT = JsonNode::isTextual;
  private static final Predicate<JsonNode> TEXTS = listOf(TEXT);

  private static final Shape PLATFORM =
      new Shape(
          Map.of(
              "os", TEXT,
              "architecture", TEXT,
              "variant", TEXT,
              "os.version", TEXT,
              "os.features", TEXTS));
  private static final Shape DESCRIPTOR =
      new Shape(
          Map.of(
              "mediaType",
              TEXT,
              "digest",
              TEXT,
              "size",
              node -> node.isIntegralNumber() && node.canConvertToLong(),
              "urls",
              TEXTS,
              "annotations",
              ManifestShape::isTextMap,
              "data",
              ManifestShape::isBase64,
              "platform",
              PLATFORM::fits,
              "artifactType",
              TEXT));
  private static final Shape MANIFEST =
      new Shape(
          Map.of(
              "schemaVersion",
              JsonNode::isInt,
              "mediaType",
              TEXT,
              "artifactType",
              TEXT,
              "config",
              DESCRIPTOR::fits,
              "layers",
              listOf(DESCRIPTOR::fits),
              "manifests",
              listOf(DESCRIPTOR::fits),
              "subject",
              DESCRIPTOR::fits,
              "annotations",
              ManifestShape::isTextMap,
              "fsLayers",
              JsonNode::isArray));

  private ManifestShape() {}

  static boolean isManifest(JsonNode root) {
    return MANIFEST.fits(root);
  }

  /** Of an image's config only the platform is read here. */
  static boolean isConfig(JsonNode root) {
    return PLATFORM.fits(root);
  }

  private static Predicate<JsonNode> listOf(Predicate<JsonNode> each) {
    return node -> node.isArray() && node.valueStream().allMatch(each);
  }

  private static boolean isTextMap(JsonNode node) {
    return node.isObject()
        && node.valueStream().allMatch(each -> each.isNull() || each.isTextual());
  }

  private static boolean isBase64(JsonNode node) {
    // The JDK's decoder would do without padding.
    if (!node.isTextual() || node.textValue().length() % 4 != 0) {
      return false;
    }
    try {
      byte[] _ = Base64.getDecoder().decode(node.textValue());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
