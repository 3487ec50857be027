package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.Optional;

/**
 * A built-in kind of which only what pinning reads is kept; Jackson drops the rest while parsing.
 * Items of native lists carry neither kind nor apiVersion, so both come from the class.
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
@JsonIgnoreProperties(ignoreUnknown = true)
public abstract class NarrowObject implements HasMetadata {
  private static final long serialVersionUID = 1L;

  private ObjectMeta metadata = new ObjectMeta();

  @Override
  public ObjectMeta getMetadata() {
    return metadata;
  }

  /** Keeps no managedFields and no annotation but our own: those are most of an object's bytes. */
  @Override
  public void setMetadata(ObjectMeta full) {
    metadata = narrow(full);
  }

  static ObjectMeta narrow(ObjectMeta full) {
    String ignore =
        Optional.ofNullable(full.getAnnotations()).orElse(Map.of()).get(PinnedImage.IGNORE);
    return new ObjectMetaBuilder()
        .withName(full.getName())
        .withNamespace(full.getNamespace())
        .withUid(full.getUid())
        .withResourceVersion(full.getResourceVersion())
        .withCreationTimestamp(full.getCreationTimestamp())
        .withDeletionTimestamp(full.getDeletionTimestamp())
        .withLabels(full.getLabels())
        .withAnnotations(ignore == null ? null : Map.of(PinnedImage.IGNORE, ignore))
        .withOwnerReferences(full.getOwnerReferences())
        .build();
  }

  @Override
  public String getKind() {
    return HasMetadata.getKind(getClass());
  }

  @Override
  public String getApiVersion() {
    return HasMetadata.getApiVersion(getClass());
  }

  @Override
  public void setApiVersion(String ignored) {}

  /** Ignored like the API version: both are the class's own. */
  public void setKind(String ignored) {}
}
