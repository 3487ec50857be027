package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.utils.ApiVersionUtil;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The kinds that are pinned: the one place to add another (RBAC follows in {@code deploy/}).
 *
 * @param all in the order in which they are listed and reported
 */
public record WorkloadKinds(List<WorkloadKind> all) {
  private static final List<Supplier<? extends WorkloadObject>> CONSTRUCTORS =
      List.of(
          DeploymentObject::new,
          StatefulSetObject::new,
          DaemonSetObject::new,
          CronJobObject::new,
          JobObject::new,
          PodObject::new);

  public static final WorkloadKinds BUILT_IN =
      new WorkloadKinds(
          CONSTRUCTORS.stream().<WorkloadObject>map(Supplier::get).map(WorkloadKind::of).toList());

  public WorkloadKinds {
    all = List.copyOf(all);
  }

  /** The classes of the built-in ones. */
  static Map<WorkloadKind, Class<? extends WorkloadObject>> types() {
    return CONSTRUCTORS.stream()
        .<WorkloadObject>map(Supplier::get)
        .collect(Collectors.toMap(WorkloadKind::of, WorkloadObject::getClass));
  }

  WorkloadKind named(String kind) {
    return all.stream()
        .filter(known -> known.kind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such kind of workload: " + kind));
  }

  /**
   * Whether its images come from its controller's pod template, which is the workload then: a
   * Deployment's ReplicaSet, a CronJob's Job, anybody's Pod.
   */
  boolean decideFor(HasMetadata object, boolean immutable) {
    return PodTemplates.owner(object.getMetadata())
        .filter(owner -> immutable || have(owner))
        .isPresent();
  }

  private boolean have(OwnerReference owner) {
    String group = ApiVersionUtil.trimGroupOrNull(owner.getApiVersion());
    return all.stream()
        .anyMatch(known ->
            known.kind().equals(owner.getKind())
                && known.group().equals(Objects.requireNonNullElse(group, "")));
  }
}
