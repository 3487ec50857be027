package dev.pinnedimage.workload;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Container.Writer;
import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who owns a container's image, by {@code metadata.managedFields}.
 *
 * @param created when the workload was
 */
record FieldOwners(List<ManagedFieldsEntry> entries, Instant created) {

  /** The one that wrote last, where several share the field. */
  Optional<Writer> ofImage(Container container) {
    List<String> path = fieldPath(container);
    return entries.stream()
        .filter(entry -> entry.getManager() != null && entry.getTime() != null)
        .filter(entry -> owns(entry.getFieldsV1(), path))
        .map(this::writer)
        .max(Comparator.comparing(Writer::time));
  }

  private Writer writer(ManagedFieldsEntry entry) {
    Instant time = Instant.parse(entry.getTime());
    return new Writer(entry.getManager(), entry.getOperation(), time, !time.isAfter(created));
  }

  /** {@code /spec/template/spec/containers/1} of the container web, as fieldsV1 spells it. */
  private static List<String> fieldPath(Container container) {
    String[] pointer = container.path().substring(1).split("/", -1);
    List<String> path = new ArrayList<>();
    for (int i = 0; i < pointer.length - 1; i++) {
      path.add("f:" + pointer[i]);
    }
    path.add("k:{\"name\":\"" + container.name() + "\"}");
    for (String field : container.field().substring(1).split("/", -1)) {
      path.add("f:" + field);
    }
    return path;
  }

  /** Who owns a list as a whole, as a CRD's may be owned, owns what is in it. */
  private static boolean owns(@Nullable FieldsV1 fields, List<String> path) {
    if (fields == null || fields.getAdditionalProperties().isEmpty()) {
      return false;
    }
    Object at = fields.getAdditionalProperties();
    for (String step : path) {
      if (!(at instanceof Map<?, ?> owned) || owned.isEmpty()) {
        break;
      }
      at = owned.get(step);
    }
    return at != null;
  }
}
