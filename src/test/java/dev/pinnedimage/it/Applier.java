package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Applies the same manifest with the bare tag many times a second, as a GitOps controller does at
 * longer intervals. Where the tag got through it waits, so that somebody else has to put it right.
 */
final class Applier implements AutoCloseable {
  private static final long PERIOD_MILLIS = 20;

  private final World world;
  private final Deployment manifest;
  private final String tag;
  private final AtomicInteger answers = new AtomicInteger();
  private final List<Duration> slips = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private Applier(World world, Deployment manifest, String tag) {
    this.world = world;
    this.manifest = manifest;
    this.tag = tag;
  }

  static Applier start(World world, String name, String tag) {
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %1$s, namespace: %2$s, labels: {app: %1$s}}
        spec:
          selector: {matchLabels: {app: %1$s}}
          template:
            metadata: {labels: {app: %1$s}}
            spec: {containers: [{name: c0, image: "%3$s"}]}
        """
            .formatted(name, world.namespace, tag);
    Applier applier =
        new Applier(
            world,
            world.client().getKubernetesSerialization().unmarshal(yaml, Deployment.class),
            tag);
    applier.apply();
    var _ =
        applier.clock.scheduleWithFixedDelay(
            applier::apply, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return applier;
  }

  private void apply() {
    Deployment answer = answer();
    if (answer == null) {
      return;
    }
    answers.incrementAndGet();
    if (isBare(answer)) {
      long start = System.nanoTime();
      await("the pin")
          .atMost(World.PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> !isBare(world.deployment(answer.getMetadata().getName())));
      slips.add(Duration.ofNanos(System.nanoTime() - start));
    }
  }

  private boolean isBare(Deployment deployment) {
    return deployment
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage()
        .equals(tag);
  }

  /** Null while the API server is away. */
  private @Nullable Deployment answer() {
    try {
      return world.client().resource(manifest).fieldManager("applier").serverSideApply();
    } catch (KubernetesClientException e) {
      return null;
    }
  }

  /** For how long each bare tag stood that admission had not rewritten. */
  List<Duration> slips() {
    return List.copyOf(slips);
  }

  void awaitAnother(int more) {
    int before = answers.get();
    await("the applier").atMost(World.PATIENCE).until(() -> answers.get() >= before + more);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    try {
      if (!clock.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the applier does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
