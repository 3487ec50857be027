package dev.pinnedimage.docs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** Reads the YAML of the docs, and judges PinnedImages by the committed CRD. */
final class Examples {
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private Examples() {}

  static JsonNode parse(String yaml) throws JsonProcessingException {
    return YAML.readTree(yaml);
  }

  static boolean isPinnedImage(JsonNode document) {
    return document.path("kind").asText().equals("PinnedImage");
  }

  /** What the API server would not take; metadata is judged by the server alone. */
  static List<String> problems(JsonNode pinnedImage) {
    ObjectNode judged = JsonNodeFactory.instance.objectNode();
    pinnedImage.properties().stream()
        .filter(field -> !List.of("apiVersion", "kind", "metadata").contains(field.getKey()))
        .forEach(field -> judged.set(field.getKey(), field.getValue()));
    return SchemaCheck.problems(judged, schema());
  }

  private static JsonNode schema() {
    try {
      return YAML.readTree(Path.of("crds/pinnedimages.pinnedimage.dev-v1.yml").toFile())
          .at("/spec/versions/0/schema/openAPIV3Schema");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
