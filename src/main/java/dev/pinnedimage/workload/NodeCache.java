package dev.pinnedimage.workload;

import dev.pinnedimage.pinning.observed.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The cluster's nodes. Heartbeats fan out to nobody. */
public final class NodeCache implements AutoCloseable {
  private final Informers<NodeObject> informers;

  /**
   * Lists and watches at once.
   *
   * @param onChange called when architecture, system, labels, taints or schedulability changed
   */
  public NodeCache(KubernetesClient client, Runnable onChange) {
    this.informers =
        Informers.start(
            Informers.Source.of(client, NodeObject.class, List.of()),
            informer -> informer.addEventHandler(handler(onChange)));
  }

  private static ResourceEventHandler<NodeObject> handler(Runnable onChange) {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(NodeObject added) {
        onChange.run();
      }

      @Override
      public void onUpdate(NodeObject before, NodeObject after) {
        if (!before.toNode().equals(after.toNode())) {
          onChange.run();
        }
      }

      @Override
      public void onDelete(NodeObject deleted, boolean finalStateUnknown) {
        onChange.run();
      }
    };
  }

  public List<Node> nodes() {
    return informers.all().getFirst().getStore().list().stream()
        .map(NodeObject::toNode)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Completes when the first list is in, exceptionally where it was refused. */
  public CompletableFuture<Void> started() {
    return informers.started();
  }

  public boolean isAlive() {
    return informers.areRunning();
  }

  @Override
  public void close() {
    informers.close();
  }
}
