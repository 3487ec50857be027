package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.PushedImage;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One Deployment of a pinned image in a cluster with the admission policy, and what happens to it.
 */
record Rollouts(World world, String name) {

  /** PinnedImage first, workload after, as the documentation says. */
  static Rollouts begin(World world, String name, PushedImage image) {
    world.pin(name, image.reference(world.registry));
    world.awaitPinned(name, image);
    world.deploy(name, image.reference(world.registry));
    Rollouts rollouts = new Rollouts(world, name);
    rollouts.awaitCount(1);
    return rollouts;
  }

  /** The tag moves, and its new digest is approved and rolled out. */
  PushedImage move(String seed) {
    int before = world.rollouts(name);
    PushedImage moved = world.push(name, "1", seed);
    world.approve(name, moved);
    world.awaitImages(name, moved.pinned(world.registry));
    world.awaitPinned(name, moved);
    awaitCount(before + 1);
    return moved;
  }

  /** Ends with the Deployment as the controller has taken it up. */
  void kubectl(String... words) {
    List<String> arguments = new ArrayList<>(Arrays.asList(words));
    arguments.add("-n");
    arguments.add(world.namespace);
    world.cluster.kubectl(arguments.toArray(String[]::new));
    world.awaitObserved(name);
  }

  String target() {
    return "deployment/" + name;
  }

  /** How many ReplicaSets there have been, each a rollout, once the controller is done. */
  void awaitCount(int rollouts) {
    await(name)
        .atMost(World.PATIENCE)
        .untilAsserted(() -> {
          world.awaitObserved(name);
          assertThat(world.rollouts(name)).isEqualTo(rollouts);
        });
  }

  Deployment deployment() {
    return world.deployment(name);
  }

  /** Goes up with every change of the spec. */
  long generation() {
    return deployment().getMetadata().getGeneration();
  }

  void runs(PushedImage image) {
    assertThat(world.imagesOf(name)).containsExactly(image.pinned(world.registry));
  }

  /** Those who own fields; the operator by one name, whichever PinnedImage it wrote for. */
  List<String> managers() {
    return deployment().getMetadata().getManagedFields().stream()
        .map(entry ->
            entry.getManager().replaceAll("^pinnedimage-operator:.*", "pinnedimage-operator"))
        .toList();
  }

  void awaitState(String state) {
    world.awaitStatus(
        name,
        s ->
            s.workloads() != null
                && s.workloads().items().stream()
                    .anyMatch(item -> item.name().equals(name) && item.state().equals(state)));
  }

  /** The patches that the operator has sent. */
  List<AuditEvent> patches() {
    return world.cluster.audit(event ->
        event.verb().equals("patch")
            && event.user().endsWith(":pinnedimage-operator")
            && event.resource().equals("apps/deployments")
            && event.namespace().equals(world.namespace)
            && event.name().equals(name));
  }
}
