package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kind with its pod spec at {@code spec.template.spec}, as most have it. */
public abstract class TemplatedObject extends WorkloadObject {
  private static final long serialVersionUID = 1L;

  private transient Spec spec = new Spec(null);

  public Spec getSpec() {
    return spec;
  }

  public void setSpec(Spec spec) {
    this.spec = spec;
  }

  @Override
  @JsonIgnore
  NarrowPodSpec podSpec() {
    return spec.podSpec();
  }

  @Override
  @JsonIgnore
  String podSpecPath() {
    return "spec.template.spec";
  }

  /** The spec, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spec(@Nullable Template template) {
    NarrowPodSpec podSpec() {
      return Optional.ofNullable(template).map(Template::spec).orElse(NarrowPodSpec.EMPTY);
    }
  }

  /** The pod template, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Template(@Nullable NarrowPodSpec spec) {}
}
