package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A CronJob, as far as it is read: its pod template is that of the Jobs that it makes. */
@Group("batch")
@Version("v1")
@Kind("CronJob")
@Singular("cronjob")
@Plural("cronjobs")
public final class CronJobObject extends WorkloadObject {
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
    return Optional.ofNullable(spec.jobTemplate())
        .map(JobTemplate::spec)
        .map(TemplatedObject.Spec::podSpec)
        .orElse(NarrowPodSpec.EMPTY);
  }

  @Override
  @JsonIgnore
  String podSpecPath() {
    return "spec.jobTemplate.spec.template.spec";
  }

  /** The spec, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Spec(@Nullable JobTemplate jobTemplate) {}

  /** The template of a Job, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record JobTemplate(TemplatedObject.@Nullable Spec spec) {}
}
