package dev.pinnedimage.docs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the API server checks of a structural schema before it evaluates CEL: types, required and
 * unknown fields, enums and bounds.
 */
final class SchemaCheck {
  private final List<String> problems = new ArrayList<>();

  private SchemaCheck() {}

  /** Each as the path and what is wrong there; empty where all fits. */
  static List<String> problems(JsonNode value, JsonNode schema) {
    SchemaCheck check = new SchemaCheck();
    check.any(value, schema, "");
    return check.problems;
  }

  private void any(JsonNode value, JsonNode schema, String path) {
    String type = schema.path("type").asText();
    if (!isOf(type, value)) {
      problems.add(path + " is no " + type);
      return;
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      problems.add(path + " is none of " + schema.get("enum"));
    }
    switch (type) {
      case "object" -> object(value, schema, path);
      case "array" -> array(value, schema, path);
      case "string" -> bounds(value.asText().length(), schema, "Length", path);
      default -> {}
    }
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      default -> throw new IllegalArgumentException("no such type: " + type);
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode each : list) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }

  private void object(JsonNode value, JsonNode schema, String path) {
    schema
        .path("required")
        .forEach(name -> {
          if (!value.has(name.asText())) {
            problems.add(path + "." + name.asText() + " is missing");
          }
        });
    bounds(value.size(), schema, "Properties", path);
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String at = path + "." + field.getKey();
      JsonNode known = schema.path("properties").path(field.getKey());
      JsonNode own = known.isMissingNode() ? schema.path("additionalProperties") : known;
      if (own.isObject()) {
        any(field.getValue(), own, at);
      } else {
        problems.add(at + " is unknown");
      }
    }
  }

  private void array(JsonNode value, JsonNode schema, String path) {
    bounds(value.size(), schema, "Items", path);
    for (int i = 0; i < value.size(); i++) {
      any(value.get(i), schema.get("items"), path + "[" + i + "]");
    }
  }

  private void bounds(int size, JsonNode schema, String what, String path) {
    if (size < schema.path("min" + what).asInt(0)) {
      problems.add(path + " has too few: " + size);
    }
    if (size > schema.path("max" + what).asInt(Integer.MAX_VALUE)) {
      problems.add(path + " has too many: " + size);
    }
  }
}
