package dev.pinnedimage.workload;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;

/** Reads one workload past the cache, with the field managers that the cache does not keep. */
public final class WorkloadReader {
  private final KubernetesClient client;
  private final WorkloadKinds kinds;

  public WorkloadReader(KubernetesClient client, WorkloadKinds kinds) {
    this.client = client;
    this.kinds = kinds;
  }

  /**
   * One GET.
   *
   * @return the workload as it is now, each container with the last writer of its image; empty
   *     where it is gone or going, or another object has its name
   */
  public Optional<Workload> read(Workload workload) {
    GenericKubernetesResource full =
        client
            .genericKubernetesResources(kinds.named(workload.kind()).context())
            .inNamespace(workload.namespace())
            .withName(workload.name())
            .get();
    if (full == null
        || full.isMarkedForDeletion()
        || !workload.uid().equals(full.getMetadata().getUid())) {
      return Optional.empty();
    }
    FieldOwners owners = new FieldOwners(full.getMetadata().getManagedFields());
    Workload fresh = workload(workload.kind(), full);
    return Optional.of(
        fresh.withContainers(fresh.containers().stream().map(c -> withWriter(c, owners)).toList()));
  }

  /** What the API server answered, as far as pinning needs it. */
  Workload workload(String kind, GenericKubernetesResource full) {
    WorkloadKind known = kinds.named(kind);
    Object podSpec = full.get((Object[]) known.podSpec().split("\\.", -1));
    NarrowPodSpec narrow =
        podSpec == null
            ? NarrowPodSpec.EMPTY
            : client.getKubernetesSerialization().convertValue(podSpec, NarrowPodSpec.class);
    return PodTemplates.workload(known, full.getMetadata(), narrow);
  }

  private static Container withWriter(Container container, FieldOwners owners) {
    return container.writtenBy(owners.ofImage(container).orElse(null));
  }
}
