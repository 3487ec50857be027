package dev.pinnedimage.workload;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.Optional;

/** Reads one workload past the cache, with the field managers that the cache does not keep. */
public final class WorkloadReader {
  private static final ObjectMapper JSON = new ObjectMapper();

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
    FieldOwners owners =
        new FieldOwners(
            full.getMetadata().getManagedFields(),
            Instant.parse(full.getMetadata().getCreationTimestamp()));
    Workload fresh = workload(workload.kind(), full);
    return Optional.of(
        fresh.withContainers(fresh.containers().stream().map(c -> withWriter(c, owners)).toList()));
  }

  /** What the API server answered, as far as pinning needs it. */
  Workload workload(String kind, GenericKubernetesResource full) {
    return workload(kinds.named(kind), full);
  }

  static Workload workload(WorkloadKind kind, GenericKubernetesResource full) {
    return PodTemplates.workload(kind, full.getMetadata(), podSpec(kind, full));
  }

  /** A schema may leave open what is there: what is no pod spec has no images. */
  private static NarrowPodSpec podSpec(WorkloadKind kind, GenericKubernetesResource full) {
    try {
      Object podSpec = full.get((Object[]) kind.podSpec().split("\\.", -1));
      return podSpec == null
          ? NarrowPodSpec.EMPTY
          : JSON.convertValue(podSpec, NarrowPodSpec.class);
    } catch (IllegalArgumentException e) {
      return NarrowPodSpec.EMPTY;
    }
  }

  private static Container withWriter(Container container, FieldOwners owners) {
    return container.writtenBy(owners.ofImage(container).orElse(null));
  }
}
