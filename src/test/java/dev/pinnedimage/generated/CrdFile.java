package dev.pinnedimage.generated;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The CRD, from the records. fabric8's generator does the work; put right here is what it cannot
 * say or gets wrong: the order of the columns (it sorts them by path), rules that it finds twice
 * (on a record's field and on its accessor), descriptions of classes, conditions as a map list by
 * type, maps that are replaced as a whole, and what a status is before there is one.
 */
final class CrdFile {
  private CrdFile() {}

  static String yaml() {
    return Serialization.asYaml(definition()).replaceFirst("^---\n", "");
  }

  static CustomResourceDefinition definition() {
    CustomResourceDefinition crd =
        Serialization.unmarshal(generated(), CustomResourceDefinition.class);
    var version = crd.getSpec().getVersions().getFirst();
    version.setAdditionalPrinterColumns(columns());
    JSONSchemaProps root = Objects.requireNonNull(version.getSchema()).getOpenAPIV3Schema();
    withoutRepeatedRules(root);
    describe(root, PinnedImage.class);
    describe(property(root, "spec"), PinnedImageSpec.class);
    describe(property(root, "status"), PinnedImageStatus.class);
    JSONSchemaProps status = property(root, "status");
    // One writer owns all of it. Measured: managedFields of each field were a third of an object,
    // and the admission policy pays for every byte of every PinnedImage of the namespace.
    status.setXKubernetesMapType("atomic");
    // What has no status counts as ready to Flux (kstatus); what is of another generation does not.
    status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    JSONSchemaProps conditions = property(status, "conditions");
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    return crd;
  }

  private static void describe(JSONSchemaProps schema, Class<?> type) {
    JsonClassDescription description = type.getAnnotation(JsonClassDescription.class);
    schema.setDescription(Objects.requireNonNull(description, type::getSimpleName).value());
  }

  private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
    return Objects.requireNonNull(schema.getProperties().get(name), name);
  }

  private static String generated() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new CRDGenerator()
        .customResourceClasses(PinnedImage.class)
        .forCRDVersions("v1")
        .withOutput(
            new io.fabric8.crdv2.generator.CRDGenerator.AbstractCRDOutput<OutputStream>() {
              @Override
              protected OutputStream createStreamFor(String name) throws IOException {
                return bytes;
              }
            })
        .generate();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static List<CustomResourceColumnDefinition> columns() {
    return Stream.of(PinnedImage.class.getAnnotationsByType(AdditionalPrinterColumn.class))
        .map(CrdFile::column)
        .toList();
  }

  private static CustomResourceColumnDefinition column(AdditionalPrinterColumn declared) {
    CustomResourceColumnDefinition column = new CustomResourceColumnDefinition();
    column.setName(declared.name());
    column.setJsonPath(declared.jsonPath());
    column.setType(declared.type().getValue());
    column.setPriority(declared.priority());
    return column;
  }

  private static void withoutRepeatedRules(JSONSchemaProps schema) {
    schema.setXKubernetesValidations(
        new ArrayList<>(new LinkedHashSet<>(schema.getXKubernetesValidations())));
    schema.getProperties().values().forEach(CrdFile::withoutRepeatedRules);
    if (schema.getItems() != null && schema.getItems().getSchema() != null) {
      withoutRepeatedRules(schema.getItems().getSchema());
    }
  }
}
