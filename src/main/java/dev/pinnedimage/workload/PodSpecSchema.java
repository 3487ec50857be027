package dev.pinnedimage.workload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Whether a path leads to a pod spec, by the OpenAPI v3 document of the kind's group and version.
 */
record PodSpecSchema(JsonNode document) {
  private static final String KINDS = "x-kubernetes-group-version-kind";
  private static final String ANYTHING = "x-kubernetes-preserve-unknown-fields";

  /** What the schema says. */
  sealed interface Answer {
    /** There are containers. */
    record Yes() implements Answer {}

    /** The schema leaves open what is there, or there is none. */
    record Unknown() implements Answer {}

    /**
     * Something else is there.
     *
     * @param why for the end of a sentence
     */
    record No(String why) implements Answer {}
  }

  Answer isPodSpec(FurtherKind kind) {
    Optional<JsonNode> root = schema(kind);
    if (root.isEmpty()) {
      return new Answer.Unknown();
    }
    JsonNode at = resolved(root.get());
    String seen = kind.kind();
    for (String field : kind.podSpec().split("\\.", -1)) {
      JsonNode next = at.path("properties").path(field);
      if (next.isMissingNode()) {
        return missing(at, field, seen);
      }
      at = resolved(next);
      seen = field;
    }
    JsonNode containers = resolved(at.path("properties").path("containers"));
    return containers.path("type").asText().equals("array")
        ? new Answer.Yes()
        : missing(at, "containers", seen);
  }

  private static Answer missing(JsonNode schema, String field, String parent) {
    return schema.path(ANYTHING).asBoolean()
        ? new Answer.Unknown()
        : new Answer.No(
            field.equals("containers")
                ? parent + " has no list of containers"
                : parent + " has no field " + field);
  }

  private Optional<JsonNode> schema(FurtherKind kind) {
    for (JsonNode schema : document.path("components").path("schemas")) {
      for (JsonNode name : schema.path(KINDS)) {
        if (name.path("kind").asText().equals(kind.kind())
            && name.path("group").asText().equals(kind.group())
            && name.path("version").asText().equals(kind.version())) {
          return Optional.of(schema);
        }
      }
    }
    return Optional.empty();
  }

  /** Native kinds refer to each other's schemas, a CRD has all in one. */
  private JsonNode resolved(JsonNode schema) {
    JsonNode at = schema.path("allOf").size() == 1 ? schema.path("allOf").get(0) : schema;
    String reference = at.path("$ref").asText();
    return reference.startsWith("#/") ? document.at(reference.substring(1)) : at;
  }
}
