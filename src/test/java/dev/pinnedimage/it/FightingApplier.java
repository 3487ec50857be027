package dev.pinnedimage.it;

import dev.pinnedimage.harness.PushedImage;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Applies its manifest again, with the bare tag, as soon as it sees anything else. */
final class FightingApplier implements AutoCloseable {
  private static final Duration LOOKS_EVERY = Duration.ofMillis(100);

  private final World world;
  private final String deployment;
  private final String tag;
  private final Runnable apply;
  private final AtomicInteger resets = new AtomicInteger();
  private final Thread thread;
  private volatile boolean stopped;

  private FightingApplier(World world, String deployment, PushedImage image, Runnable apply) {
    this.world = world;
    this.deployment = deployment;
    this.tag = image.reference(world.registry);
    this.apply = apply;
    this.thread = Thread.ofVirtual().name("applier of " + deployment).start(this::run);
  }

  /** As Flux does it: server-side, with force. */
  static FightingApplier forcing(
      World world, String manager, String deployment, PushedImage image) {
    PatchContext apply =
        new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager(manager)
            .withForce(true)
            .build();
    return new FightingApplier(
        world,
        deployment,
        image,
        () ->
            world
                .client()
                .apps()
                .deployments()
                .inNamespace(world.namespace)
                .withName(deployment)
                .patch(apply, manifest(world, deployment, image)));
  }

  /** The command that people use. */
  static FightingApplier kubectl(
      World world, String manifestFile, String deployment, PushedImage image) {
    return new FightingApplier(
        world, deployment, image, () -> world.cluster.kubectl("apply", "-f", manifestFile));
  }

  static String manifest(World world, String name, PushedImage image) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %s, namespace: %s, labels: {app: %s}}
    spec:
      selector: {matchLabels: {app: %s}}
      template:
        metadata: {labels: {app: %s}}
        spec: {containers: [{name: c0, image: "%s"}]}
    """
        .formatted(name, world.namespace, name, name, name, image.reference(world.registry));
  }

  private void run() {
    while (!stopped) {
      Deployment now = world.deployment(deployment);
      String image = now.getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
      if (!image.equals(tag)) {
        apply.run();
        resets.incrementAndGet();
      }
      LockSupport.parkNanos(LOOKS_EVERY.toNanos());
    }
  }

  /** How often it has found something else than its own. */
  int resets() {
    return resets.get();
  }

  /** Once its last apply is done. */
  @Override
  public void close() {
    stopped = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
