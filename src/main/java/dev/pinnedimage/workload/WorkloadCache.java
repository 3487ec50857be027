package dev.pinnedimage.workload;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The workloads of the watched namespaces, found by the repositories of their images. */
public final class WorkloadCache implements AutoCloseable {
  private static final String BY_REPOSITORY = "repository";

  private final List<Informers<? extends WorkloadObject>> informers;
  private final WorkloadKinds kinds;
  private final Consumer<Set<String>> onChange;

  /**
   * Lists and watches at once.
   *
   * @param namespaces empty for all
   * @param onChange told the {@link #key}s of the repositories that a changed workload used or
   *     uses; not called for changes that pinning does not read, such as a status
   */
  public WorkloadCache(
      KubernetesClient client,
      WorkloadKinds kinds,
      Collection<String> namespaces,
      Consumer<Set<String>> onChange) {
    this.kinds = kinds;
    this.onChange = onChange;
    this.informers =
        WorkloadKinds.types().stream()
            .<Informers<? extends WorkloadObject>>map(kind -> start(client, namespaces, kind))
            .toList();
  }

  private <T extends WorkloadObject> Informers<? extends WorkloadObject> start(
      KubernetesClient client, Collection<String> namespaces, Class<T> kind) {
    return Informers.start(
        client,
        kind,
        namespaces,
        kind == PodObject.class ? PodObject.LABELS_OF_CONTROLLERS : List.of(),
        this::prepare);
  }

  private <T extends WorkloadObject> void prepare(SharedIndexInformer<T> informer) {
    informer.addIndexers(Map.of(BY_REPOSITORY, object -> List.copyOf(keys(object))));
    informer.addEventHandler(
        new ResourceEventHandler<T>() {
          @Override
          public void onAdd(T added) {
            onChange.accept(keys(added));
          }

          @Override
          public void onUpdate(T before, T after) {
            Set<String> used = keys(before);
            Set<String> uses = keys(after);
            if (!used.equals(uses) || !before.toWorkload().equals(after.toWorkload())) {
              used.addAll(uses);
              onChange.accept(used);
            }
          }

          @Override
          public void onDelete(T deleted, boolean finalStateUnknown) {
            onChange.accept(keys(deleted));
          }
        });
  }

  /** What a repository in a namespace is indexed under, whichever host serves it. */
  public static String key(String namespace, ImageReference reference) {
    return namespace + "/" + reference.repository();
  }

  private Set<String> keys(WorkloadObject object) {
    Set<String> keys = new HashSet<>();
    if (object.isFinished() || object.isMarkedForDeletion() || followsItsOwner(object)) {
      return keys;
    }
    for (Container container : object.toWorkload().containers()) {
      ImageReference.parse(container.image())
          .ifPresent(reference -> keys.add(key(object.getMetadata().getNamespace(), reference)));
    }
    return keys;
  }

  /** A CronJob's Job and a Deployment's ReplicaSet have their images from there. */
  private boolean followsItsOwner(WorkloadObject object) {
    return PodTemplates.owner(object.getMetadata())
        .filter(owner -> object.isImmutable() || kinds.haveKind(owner.getKind()))
        .isPresent();
  }

  /** In the order of their kinds and names, those of other hosts' repository of that name too. */
  public List<Workload> using(String namespace, ImageReference reference) {
    return informers.stream()
        .flatMap(kind -> kind.all().stream())
        .flatMap(i -> i.getIndexer().byIndex(BY_REPOSITORY, key(namespace, reference)).stream())
        .map(WorkloadObject::toWorkload)
        .sorted(Comparator.comparing(Workload::kind).thenComparing(Workload::name))
        .toList();
  }

  /** Completes when the first lists are in, exceptionally where one was refused. */
  public CompletableFuture<Void> started() {
    return CompletableFuture.allOf(
        informers.stream().map(Informers::started).toArray(CompletableFuture<?>[]::new));
  }

  public boolean isAlive() {
    return informers.stream().allMatch(Informers::areRunning);
  }

  @Override
  public void close() {
    informers.forEach(Informers::close);
  }
}
