package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.PushedImage;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.time.Duration;
import java.util.List;

/** Deletes PinnedImages, and listens to what is said of it. */
record Deleted(World world) {
  static final String RESTORE = "deletionPolicy: Restore";

  /** A Deployment of the name, with the image, pinned. */
  PushedImage pinned(String name, String... spec) {
    PushedImage image = world.push(name, "1", "a");
    world.deploy(name, image.reference(world.registry));
    world.pin(name, image.reference(world.registry), spec);
    world.awaitImages(name, image.pinned(world.registry));
    return image;
  }

  void delete(String name) {
    world.cluster.kubectl("delete", "pin", name, "-n", world.namespace, "--wait=false");
  }

  void deleteAndAwait(String name) {
    delete(name);
    awaitGone(name);
  }

  void awaitGone(String name) {
    await(name + " is gone").atMost(Duration.ofSeconds(90)).until(() -> world.get(name) == null);
  }

  void awaitFinalizers(String name, String... finalizers) {
    await(name)
        .atMost(World.PATIENCE)
        .until(() -> world.get(name).getFinalizers(), List.of(finalizers)::equals);
  }

  List<String> events(String name, String reason) {
    return world
        .client()
        .events()
        .v1()
        .events()
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getReason().equals(reason))
        .filter(event -> event.getRegarding().getName().equals(name))
        .map(Event::getNote)
        .toList();
  }

  String awaitEvent(String name, String reason) {
    return await(reason + " " + name)
        .atMost(World.PATIENCE)
        .until(() -> events(name, reason), said -> !said.isEmpty())
        .getFirst();
  }
}
