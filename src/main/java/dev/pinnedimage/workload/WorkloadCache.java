package dev.pinnedimage.workload;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The workloads of the watched namespaces, of all kinds. */
public final class WorkloadCache implements AutoCloseable {
  private final Map<WorkloadKind, KindCache<?>> caches = new LinkedHashMap<>();

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
    Map<WorkloadKind, Class<? extends WorkloadObject>> types = WorkloadKinds.types();
    for (WorkloadKind kind : kinds.all()) {
      Class<? extends WorkloadObject> type = types.get(kind);
      caches.put(
          kind,
          type == null
              ? KindCache.further(
                  Informers.Source.of(client, kind, namespaces), kinds, kind, onChange)
              : KindCache.builtIn(builtIn(client, type, namespaces), kinds, onChange));
    }
  }

  private static <T extends WorkloadObject> Informers.Source<T> builtIn(
      KubernetesClient client, Class<T> type, Collection<String> namespaces) {
    Informers.Source<T> source = Informers.Source.of(client, type, namespaces);
    return type == PodObject.class ? source.withoutLabels(PodObject.LABELS_OF_CONTROLLERS) : source;
  }

  /** What a repository in a namespace is indexed under, whichever host serves it. */
  public static String key(String namespace, ImageReference reference) {
    return namespace + "/" + reference.repository();
  }

  /** In the order of their kinds and names, those of other hosts' repository of that name too. */
  public List<Workload> using(String namespace, ImageReference reference) {
    String key = key(namespace, reference);
    return caches.values().stream()
        .flatMap(cache -> cache.using(key))
        .sorted(Comparator.comparing(Workload::kind).thenComparing(Workload::name))
        .toList();
  }

  /** Each completes when the first list of the kind is in, exceptionally where it was refused. */
  public Map<WorkloadKind, CompletableFuture<Void>> started() {
    return caches.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                cache -> cache.getValue().informers().started(),
                (a, b) -> a,
                LinkedHashMap::new));
  }

  public boolean isAlive() {
    return caches.values().stream().allMatch(cache -> cache.informers().areRunning());
  }

  @Override
  public void close() {
    caches.values().forEach(KindCache::close);
  }
}
