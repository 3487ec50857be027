package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.Namespaced;

/**
 * A built-in kind with a pod template. A new one is a subclass with its group, version and kind,
 * and a line in {@link WorkloadKinds}.
 */
public abstract class WorkloadObject extends NarrowObject implements Namespaced {
  private static final long serialVersionUID = 1L;

  @JsonIgnore
  abstract NarrowPodSpec podSpec();

  /** Where the pod spec is in the object, such as {@code spec.template.spec}. */
  @JsonIgnore
  abstract String podSpecPath();

  /** Whether the pod template is fixed once the object exists. */
  @JsonIgnore
  boolean isImmutable() {
    return false;
  }

  /** Whether it has run to its end: what it ran is nobody's concern any more. */
  @JsonIgnore
  boolean isFinished() {
    return false;
  }

  @JsonIgnore
  Workload toWorkload() {
    return PodTemplates.workload(WorkloadKind.of(this), getMetadata(), podSpec());
  }
}
