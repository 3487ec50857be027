package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind with its pod template at {@code spec.template.spec}. A new such kind is a subclass with
 * its group, version and kind, and a line in {@link WorkloadKinds}.
 */
public abstract class WorkloadObject extends NarrowObject implements Namespaced {
  private static final long serialVersionUID = 1L;

  private transient Spec spec = new Spec(null);

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(Spec spec) {
    this.spec = spec;
  }

  @JsonIgnore
  NarrowPodSpec podSpec() {
    return Optional.ofNullable(spec.template()).map(Template::spec).orElse(NarrowPodSpec.EMPTY);
  }

  /** JSON pointer of the pod spec. */
  @JsonIgnore
  String podSpecPath() {
    return "/spec/template/spec";
  }

  @JsonIgnore
  Workload toWorkload() {
    var meta = getMetadata();
    return new Workload(
        getKind(),
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        Optional.ofNullable(meta.getLabels()).orElse(Map.of()),
        Optional.ofNullable(meta.getAnnotations())
            .map(annotations -> annotations.get(PinnedImage.IGNORE))
            .filter("true"::equals)
            .isPresent(),
        owner(),
        PodTemplates.placement(podSpec()),
        PodTemplates.pullsWith(podSpec()),
        PodTemplates.containers(podSpec(), podSpecPath()));
  }

  private @Nullable String owner() {
    return Optional.ofNullable(getMetadata().getOwnerReferences()).stream()
        .flatMap(java.util.Collection::stream)
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .map((OwnerReference reference) -> reference.getKind() + " " + reference.getName())
        .findFirst()
        .orElse(null);
  }

  /** The spec, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spec(@Nullable Template template) {}

  /** The pod template, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Template(@Nullable NarrowPodSpec spec) {}
}
