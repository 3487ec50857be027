package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.function.Supplier;

/** The kinds that are pinned: the one place to add another (RBAC follows in {@code deploy/}). */
final class WorkloadKinds {
  private static final List<Supplier<? extends WorkloadObject>> CONSTRUCTORS =
      List.of(DeploymentObject::new);

  static final List<Class<? extends WorkloadObject>> ALL =
      CONSTRUCTORS.stream()
          .<Class<? extends WorkloadObject>>map(constructor -> constructor.get().getClass())
          .toList();

  private WorkloadKinds() {}

  static WorkloadObject create(String kind) {
    return CONSTRUCTORS.stream()
        .<WorkloadObject>map(Supplier::get)
        .filter(object -> object.getKind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such kind of workload: " + kind));
  }

  static Class<? extends WorkloadObject> of(String kind) {
    return create(kind).getClass();
  }

  static ResourceDefinitionContext context(Class<? extends WorkloadObject> kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(HasMetadata.getGroup(kind))
        .withVersion(HasMetadata.getVersion(kind))
        .withKind(HasMetadata.getKind(kind))
        .withPlural(HasMetadata.getPlural(kind))
        .withNamespaced(true)
        .build();
  }
}
