package dev.pinnedimage.workload;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The workloads of one kind, found by the repositories of their images. */
final class KindCache<T extends HasMetadata> implements ResourceEventHandler<T>, AutoCloseable {
  private static final String BY_REPOSITORY = "repository";

  private final Function<T, Optional<Workload>> read;
  private final Consumer<Set<String>> onChange;
  private final Informers<T> informers;

  /**
   * @param read what counts as a workload; empty for what does not
   */
  private KindCache(
      Informers.Source<T> source,
      Function<T, Optional<Workload>> read,
      Consumer<Set<String>> onChange) {
    this.read = read;
    this.onChange = onChange;
    this.informers = Informers.start(source, this::prepare);
  }

  static <T extends WorkloadObject> KindCache<T> builtIn(
      Informers.Source<T> source, WorkloadKinds kinds, Consumer<Set<String>> onChange) {
    return new KindCache<>(
        source,
        object ->
            object.isFinished()
                    || object.isMarkedForDeletion()
                    || kinds.decideFor(object, object.isImmutable())
                ? Optional.empty()
                : Optional.of(object.toWorkload()),
        onChange);
  }

  static KindCache<GenericKubernetesResource> further(
      Informers.Source<GenericKubernetesResource> source,
      WorkloadKinds kinds,
      WorkloadKind kind,
      Consumer<Set<String>> onChange) {
    return new KindCache<>(
        source.storedIn(() -> PrunedObject.store(kind)),
        object ->
            object.isMarkedForDeletion() || kinds.decideFor(object, false)
                ? Optional.empty()
                : Optional.of(PrunedObject.workload(object, kind)),
        onChange);
  }

  private void prepare(SharedIndexInformer<T> informer) {
    informer.addIndexers(Map.of(BY_REPOSITORY, object -> List.copyOf(keys(read.apply(object)))));
    informer.addEventHandler(this);
  }

  @Override
  public void onAdd(T added) {
    onChange.accept(keys(read.apply(added)));
  }

  @Override
  public void onUpdate(T before, T after) {
    Optional<Workload> was = read.apply(before);
    Optional<Workload> is = read.apply(after);
    if (!was.equals(is)) {
      Set<String> used = keys(was);
      used.addAll(keys(is));
      onChange.accept(used);
    }
  }

  @Override
  public void onDelete(T deleted, boolean finalStateUnknown) {
    onChange.accept(keys(read.apply(deleted)));
  }

  private static Set<String> keys(Optional<Workload> workload) {
    Set<String> keys = new HashSet<>();
    workload.ifPresent(known -> {
      for (Container container : known.containers()) {
        ImageReference.parse(container.image())
            .ifPresent(reference -> keys.add(WorkloadCache.key(known.namespace(), reference)));
      }
    });
    return keys;
  }

  Stream<Workload> using(String key) {
    return informers.all().stream()
        .flatMap(informer -> informer.getIndexer().byIndex(BY_REPOSITORY, key).stream())
        .flatMap(object -> read.apply(object).stream());
  }

  Informers<T> informers() {
    return informers;
  }

  @Override
  public void close() {
    informers.close();
  }
}
