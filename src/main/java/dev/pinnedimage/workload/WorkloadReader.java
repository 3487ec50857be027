package dev.pinnedimage.workload;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Reads one workload past the cache, with the field managers that the cache does not keep. */
public final class WorkloadReader {
  private final KubernetesClient client;

  public WorkloadReader(KubernetesClient client) {
    this.client = client;
  }

  /**
   * One GET.
   *
   * @return the workload as it is now, each container with the last writer of its image; empty
   *     where it is gone or another object has its name
   */
  public Optional<Workload> read(Workload workload) {
    Class<? extends WorkloadObject> kind = WorkloadKinds.of(workload.kind());
    var context = WorkloadKinds.context(kind);
    GenericKubernetesResource full =
        client
            .genericKubernetesResources(context)
            .inNamespace(workload.namespace())
            .withName(workload.name())
            .get();
    if (full == null || !workload.uid().equals(full.getMetadata().getUid())) {
      return Optional.empty();
    }
    FieldOwners owners = new FieldOwners(full.getMetadata().getManagedFields());
    Workload fresh = client.getKubernetesSerialization().convertValue(full, kind).toWorkload();
    return Optional.of(
        fresh.withContainers(fresh.containers().stream().map(c -> withWriter(c, owners)).toList()));
  }

  private static Container withWriter(Container container, FieldOwners owners) {
    return container.writtenBy(owners.ofImage(container).orElse(null));
  }
}
