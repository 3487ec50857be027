package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.ItemStore;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One informer for each namespace, or one for all of them.
 *
 * @param started completes when the first lists are in, exceptionally where one was refused
 */
record Informers<T extends HasMetadata>(
    List<SharedIndexInformer<T>> all, CompletableFuture<Void> started) implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Informers.class);

  /** Measured: without it, a first list of 5,000 Deployments does not fit a 48 MiB heap. */
  private static final long PAGE = 200;

  /**
   * What is listed and watched.
   *
   * @param name of what it lists, for the log
   * @param store makes the place where what is found is kept; null for the client's own
   */
  record Source<T extends HasMetadata>(
      String name,
      List<FilterWatchListDeletable<T, ?, ?>> places,
      @Nullable Supplier<ItemStore<T>> store) {

    static <T extends HasMetadata> Source<T> of(
        KubernetesClient client, Class<T> type, Collection<String> namespaces) {
      return of(HasMetadata.getPlural(type), client.resources(type), namespaces);
    }

    static Source<GenericKubernetesResource> of(
        KubernetesClient client, WorkloadKind kind, Collection<String> namespaces) {
      return of(kind.plural(), client.genericKubernetesResources(kind.context()), namespaces);
    }

    private static <T extends HasMetadata> Source<T> of(
        String name, MixedOperation<T, ?, ?> all, Collection<String> namespaces) {
      return new Source<>(
          name,
          namespaces.isEmpty()
              ? List.<FilterWatchListDeletable<T, ?, ?>>of(all.inAnyNamespace())
              : namespaces.stream()
                  .<FilterWatchListDeletable<T, ?, ?>>map(all::inNamespace)
                  .toList(),
          null);
    }

    Source<T> withoutLabels(List<String> labels) {
      return new Source<>(
          name,
          places.stream()
              .<FilterWatchListDeletable<T, ?, ?>>map(place -> without(place, labels))
              .toList(),
          store);
    }

    private static <T> FilterWatchListDeletable<T, ?, ?> without(
        FilterWatchListDeletable<T, ?, ?> place, List<String> labels) {
      FilterWatchListDeletable<T, ?, ?> wanted = place;
      for (String label : labels) {
        wanted = wanted.withoutLabel(label);
      }
      return wanted;
    }

    Source<T> storedIn(Supplier<ItemStore<T>> other) {
      return new Source<>(name, places, other);
    }

    private SharedIndexInformer<T> informer(FilterWatchListDeletable<T, ?, ?> place) {
      SharedIndexInformer<T> informer = place.withLimit(PAGE).runnableInformer(0);
      if (store != null) {
        informer.itemStore(store.get());
      }
      return informer;
    }
  }

  static <T extends HasMetadata> Informers<T> start(
      Source<T> source, Consumer<SharedIndexInformer<T>> prepare) {
    List<SharedIndexInformer<T>> all = source.places().stream().map(source::informer).toList();
    all.forEach(prepare);
    return new Informers<>(
        all,
        CompletableFuture.allOf(
            all.stream()
                .map(informer -> begin(source.name(), informer))
                .toArray(CompletableFuture<?>[]::new)));
  }

  /** A watch that breaks is taken up again for as long as the process lives. */
  private static CompletableFuture<Void> begin(String name, SharedIndexInformer<?> informer) {
    informer.exceptionHandler((isStarted, failure) -> {
      if (isStarted) {
        log.warn("watching {} is interrupted and taken up again: {}", name, failure.getMessage());
      }
      return isStarted;
    });
    return informer.start().toCompletableFuture();
  }

  /** False for one that has stopped: it never hears of anything again. */
  boolean areRunning() {
    return all.stream().allMatch(SharedIndexInformer::isRunning);
  }

  @Override
  public void close() {
    all.forEach(SharedIndexInformer::stop);
  }
}
