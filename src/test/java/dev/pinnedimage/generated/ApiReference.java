package dev.pinnedimage.generated;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code docs/api.md}: every field of the CRD, with what the API server holds it to. */
final class ApiReference {
  private final StringBuilder page = new StringBuilder();

  private ApiReference() {}

  static String markdown() {
    return new ApiReference().of(CrdFile.definition());
  }

  private String of(CustomResourceDefinition crd) {
    CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
    JSONSchemaProps root = Objects.requireNonNull(version.getSchema()).getOpenAPIV3Schema();
    line("# API reference");
    line("<!-- Generated from the code by make generate: do not edit. -->");
    line(
        "`"
            + crd.getSpec().getGroup()
            + "/"
            + version.getName()
            + "`, kind `"
            + crd.getSpec().getNames().getKind()
            + "`, short name `"
            + String.join("`, `", crd.getSpec().getNames().getShortNames())
            + "`, "
            + crd.getSpec().getScope().toLowerCase(java.util.Locale.ROOT)
            + ". The same text in a terminal: `kubectl explain pinnedimage.spec`.");
    line(root.getDescription());
    line(
        "A *rule* is checked by the API server, which refuses an object that breaks it with the"
            + " sentence quoted here.");
    rules(root);
    line("## Columns");
    line("What `kubectl get pinnedimages` shows, between NAME and the end of the line.");
    columns(version.getAdditionalPrinterColumns());
    section(root, "spec");
    section(root, "status");
    return page.toString().stripTrailing() + "\n";
  }

  private void line(String text) {
    page.append(text).append("\n\n");
  }

  private void columns(List<CustomResourceColumnDefinition> columns) {
    page.append("| Column | From | Shown |\n|---|---|---|\n");
    for (CustomResourceColumnDefinition column : columns) {
      boolean wide = Optional.ofNullable(column.getPriority()).orElse(0) > 0;
      page.append("| ")
          .append(column.getName().toUpperCase(java.util.Locale.ROOT))
          .append(" | `")
          .append(column.getJsonPath())
          .append("` | ")
          .append(wide ? "with `-o wide`" : "always")
          .append(" |\n");
    }
    page.append('\n');
  }

  private void section(JSONSchemaProps root, String name) {
    JSONSchemaProps schema = Objects.requireNonNull(root.getProperties().get(name), name);
    line("## " + name);
    line(schema.getDescription());
    rules(schema);
    fields(schema, name);
  }

  private void fields(JSONSchemaProps schema, String path) {
    schema
        .getProperties()
        .forEach((name, field) -> field(field, path + "." + name, isRequired(schema, name)));
  }

  private static boolean isRequired(JSONSchemaProps schema, String name) {
    return Optional.ofNullable(schema.getRequired()).orElse(List.of()).contains(name);
  }

  private void field(JSONSchemaProps field, String path, boolean required) {
    line("### `" + path + "`");
    line(Objects.requireNonNull(field.getDescription(), () -> path + " has no description"));
    line(facts(field, required));
    rules(field);
    fields(field, path);
    items(field).ifPresent(item -> fields(item, path + "[]"));
  }

  private static Optional<JSONSchemaProps> items(JSONSchemaProps field) {
    return Optional.ofNullable(field.getItems()).map(items -> items.getSchema());
  }

  private static String facts(JSONSchemaProps field, boolean required) {
    List<String> facts = new ArrayList<>();
    facts.add("Type: " + type(field) + (required ? ", required" : ""));
    Optional.ofNullable(field.getDefault())
        .filter(value -> !value.isNull())
        .ifPresent(
            value -> facts.add("Default: `" + (value.isTextual() ? value.asText() : value) + "`"));
    if (field.getEnum() != null && !field.getEnum().isEmpty()) {
      facts.add(
          "One of: "
              + field.getEnum().stream()
                  .map(value -> "`" + value.asText() + "`")
                  .collect(Collectors.joining(", ")));
    }
    List<String> bounds = bounds(field);
    if (!bounds.isEmpty()) {
      facts.add("Bounds: " + String.join(", ", bounds));
    }
    if ("map".equals(field.getXKubernetesListType())) {
      facts.add("Key: `" + String.join("`, `", field.getXKubernetesListMapKeys()) + "`");
    }
    return facts.stream().map(fact -> "- " + fact).collect(Collectors.joining("\n"));
  }

  private static String type(JSONSchemaProps field) {
    if (field.getType().equals("array")) {
      return "list of " + items(field).map(JSONSchemaProps::getType).orElse("anything");
    }
    return field.getAdditionalProperties() != null ? "map of string to string" : field.getType();
  }

  private static List<String> bounds(JSONSchemaProps field) {
    List<String> bounds = new ArrayList<>();
    bound(bounds, "at least", field.getMinItems(), "items");
    bound(bounds, "at most", field.getMaxItems(), "items");
    bound(bounds, "at most", field.getMaxProperties(), "entries");
    bound(bounds, "at least", field.getMinLength(), "characters");
    bound(bounds, "at most", field.getMaxLength(), "characters");
    items(field)
        .ifPresent(item -> bound(bounds, "each at most", item.getMaxLength(), "characters"));
    if (field.getAdditionalProperties() != null) {
      JSONSchemaProps value = field.getAdditionalProperties().getSchema();
      bound(bounds, "each value at most", value.getMaxLength(), "characters");
    }
    return bounds;
  }

  private static void bound(
      List<String> bounds, String words, @Nullable Long number, String things) {
    if (number != null) {
      bounds.add(
          words
              + " "
              + number
              + " "
              + (number == 1 ? things.substring(0, things.length() - 1) : things));
    }
  }

  private void rules(JSONSchemaProps schema) {
    List<ValidationRule> rules =
        Optional.ofNullable(schema.getXKubernetesValidations()).orElse(List.of());
    if (rules.isEmpty()) {
      return;
    }
    line("Rules:");
    line(
        rules.stream()
            .map(rule -> "- \"" + rule.getMessage() + "\"")
            .collect(Collectors.joining("\n")));
  }
}
