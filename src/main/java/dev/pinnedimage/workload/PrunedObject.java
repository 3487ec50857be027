package dev.pinnedimage.workload;

import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;

/**
 * An object of a further kind, of which nothing is kept but what pinning reads. Its class is known
 * to no parser, so it is pruned when the informer stores it.
 */
final class PrunedObject extends GenericKubernetesResource {
  private static final long serialVersionUID = 1L;

  private final transient Workload workload;

  private PrunedObject(GenericKubernetesResource full, Workload workload) {
    this.workload = workload;
    setMetadata(NarrowObject.narrow(full.getMetadata()));
  }

  /** Of one that was pruned, or as it came. */
  static Workload workload(GenericKubernetesResource object, WorkloadKind kind) {
    return object instanceof PrunedObject pruned
        ? pruned.workload
        : WorkloadReader.workload(kind, object);
  }

  static BasicItemStore<GenericKubernetesResource> store(WorkloadKind kind) {
    return new BasicItemStore<>(Cache::metaNamespaceKeyFunc) {
      @Override
      public GenericKubernetesResource put(String key, GenericKubernetesResource object) {
        return super.put(key, new PrunedObject(object, workload(object, kind)));
      }
    };
  }
}
