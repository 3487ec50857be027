package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FilterWatchListDeletable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
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

  static <T extends HasMetadata> Informers<T> start(
      KubernetesClient client,
      Class<T> kind,
      Collection<String> namespaces,
      List<String> withoutLabels,
      Consumer<SharedIndexInformer<T>> prepare) {
    List<SharedIndexInformer<T>> all =
        (namespaces.isEmpty()
                ? Stream.of(client.resources(kind).inAnyNamespace())
                : namespaces.stream().map(client.resources(kind)::inNamespace))
            .map(kindThere -> informer(kindThere, withoutLabels))
            .toList();
    all.forEach(prepare);
    return new Informers<>(
        all,
        CompletableFuture.allOf(
            all.stream().map(Informers::begin).toArray(CompletableFuture<?>[]::new)));
  }

  private static <T extends HasMetadata> SharedIndexInformer<T> informer(
      FilterWatchListDeletable<T, ?, ?> there, List<String> withoutLabels) {
    FilterWatchListDeletable<T, ?, ?> wanted = there;
    for (String label : withoutLabels) {
      wanted = wanted.withoutLabel(label);
    }
    return wanted.withLimit(PAGE).runnableInformer(0);
  }

  /** A watch that breaks is taken up again for as long as the process lives. */
  private static CompletableFuture<Void> begin(SharedIndexInformer<?> informer) {
    informer.exceptionHandler((isStarted, failure) -> {
      if (isStarted) {
        log.warn(
            "watching {} is interrupted and taken up again: {}",
            informer.getApiTypeClass().getSimpleName(),
            failure.getMessage());
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
