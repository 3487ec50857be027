package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/**
 * A kind with a pod template: one row of the table that the cache, the patcher and the admission
 * policy are made from.
 *
 * @param plural the resource, as in the API's paths and in RBAC
 * @param podSpec where the pod spec is in the object, such as {@code spec.template.spec}
 * @param immutable whether the pod template is fixed once the object exists
 */
public record WorkloadKind(
    String group, String version, String kind, String plural, String podSpec, boolean immutable) {

  static WorkloadKind of(WorkloadObject object) {
    Class<? extends HasMetadata> type = object.getClass();
    return new WorkloadKind(
        HasMetadata.getGroup(type),
        HasMetadata.getVersion(type),
        HasMetadata.getKind(type),
        HasMetadata.getPlural(type),
        object.podSpecPath(),
        object.isImmutable());
  }

  /** The resource with its group, as RBAC and kubectl name it. */
  public String resource() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** JSON pointer of the pod spec. */
  String pointer() {
    return "/" + podSpec.replace('.', '/');
  }

  ResourceDefinitionContext context() {
    return new ResourceDefinitionContext.Builder()
        .withGroup(group)
        .withVersion(version)
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
