package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Every image that the first container of each Deployment of a namespace went through: what an
 * applier sets back may be pinned again before anybody looks.
 */
final class ImagesSeen implements AutoCloseable {
  /** Longer than the operator waits after a first reset, and Flux for what is not Ready then. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Map<String, List<Seen>> byDeployment = new ConcurrentHashMap<>();
  private final Map<String, String> versions = new ConcurrentHashMap<>();
  private final World world;
  private final SharedIndexInformer<Deployment> informer;

  /** An image, and when it came. */
  record Seen(String image, Instant since) {}

  ImagesSeen(World world) {
    this.world = world;
    this.informer =
        world.client().apps().deployments().inNamespace(world.namespace).inform(handler());
  }

  private ResourceEventHandler<Deployment> handler() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(Deployment added) {
        note(added);
      }

      @Override
      public void onUpdate(Deployment before, Deployment after) {
        note(after);
      }

      @Override
      public void onDelete(Deployment deleted, boolean finalStateUnknown) {}
    };
  }

  private void note(Deployment deployment) {
    String image = image(deployment);
    List<Seen> seen =
        byDeployment.computeIfAbsent(
            deployment.getMetadata().getName(), name -> new CopyOnWriteArrayList<>());
    if (seen.isEmpty() || !seen.getLast().image().equals(image)) {
      seen.add(new Seen(image, Instant.now()));
    }
    versions.put(deployment.getMetadata().getName(), deployment.getMetadata().getResourceVersion());
  }

  static String image(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  /** Oldest first; each differs from the one before. */
  List<Seen> of(String deployment) {
    return List.copyOf(byDeployment.getOrDefault(deployment, List.of()));
  }

  /** Waits until that image is the Deployment's, and it has had as many by then. */
  void awaitImage(String deployment, int count, String image) {
    await(deployment + " to have " + image + " as image " + count)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> of(deployment),
            seen -> seen.size() >= count && seen.getLast().image().equals(image));
  }

  /** Until the Deployment was seen as it is now. */
  void catchUp(String name) {
    await(name)
        .atMost(World.PATIENCE)
        .until(() ->
            world.deployment(name).getMetadata().getResourceVersion().equals(versions.get(name)));
  }

  @Override
  public void close() {
    informer.close();
  }
}
