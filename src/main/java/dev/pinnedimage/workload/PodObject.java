package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Pod, as far as it is read; those that a controller owns are its owner's business. */
@Group("")
@Version("v1")
@Kind("Pod")
@Singular("pod")
@Plural("pods")
public final class PodObject extends WorkloadObject {
  private static final long serialVersionUID = 1L;

  /**
   * The built-in controllers mark their pods with one of these: left out of the list, since they
   * are most of a cluster's pods.
   */
  static final List<String> LABELS_OF_CONTROLLERS =
      List.of("pod-template-hash", "controller-revision-hash", "batch.kubernetes.io/job-name");

  private transient NarrowPodSpec spec = NarrowPodSpec.EMPTY;
  private transient Status status = new Status(null);

  public Status getStatus() {
    return status;
  }

  public void setStatus(Status status) {
    this.status = status;
  }

  @JsonProperty
  NarrowPodSpec getSpec() {
    return spec;
  }

  @JsonProperty
  void setSpec(NarrowPodSpec spec) {
    this.spec = spec;
  }

  @Override
  @JsonIgnore
  NarrowPodSpec podSpec() {
    return spec;
  }

  @Override
  @JsonIgnore
  String podSpecPath() {
    return "spec";
  }

  @Override
  @JsonIgnore
  boolean isImmutable() {
    return true;
  }

  @Override
  @JsonIgnore
  boolean isFinished() {
    return "Succeeded".equals(status.phase()) || "Failed".equals(status.phase());
  }

  /** The status, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Status(@Nullable String phase) {}
}
