package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;
import java.util.Objects;

/** A Job, as far as it is read. Its pod template cannot be changed. */
@Group("batch")
@Version("v1")
@Kind("Job")
@Singular("job")
@Plural("jobs")
public final class JobObject extends TemplatedObject {
  private static final long serialVersionUID = 1L;

  private transient Status status = new Status(List.of());

  public Status getStatus() {
    return status;
  }

  public void setStatus(Status status) {
    this.status = status;
  }

  @Override
  @JsonIgnore
  boolean isImmutable() {
    return true;
  }

  @Override
  @JsonIgnore
  boolean isFinished() {
    return status.conditions().stream().anyMatch(Condition::endsTheJob);
  }

  /** The status, as far as it is read. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Status(List<Condition> conditions) {
    public Status {
      conditions = Objects.requireNonNullElse(conditions, List.of());
    }
  }

  /** A condition. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Condition(String type, String status) {
    boolean endsTheJob() {
      return status.equals("True") && (type.equals("Complete") || type.equals("Failed"));
    }
  }
}
