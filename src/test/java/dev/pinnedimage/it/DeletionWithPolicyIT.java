package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What becomes of workloads that the admission policy pins, when their PinnedImage is deleted. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionWithPolicyIT {
  private World world;
  private Deleted deleted;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "deletion");
    deleted = new Deleted(world);
  }

  @AfterAll
  void stop() {
    world.close();
  }

  /** Pinned by the policy when it is created. */
  private PushedImage admitted(String name, String... spec) {
    PushedImage image = world.push(name, "1", "a");
    world.pin(name, image.reference(world.registry), spec);
    world.awaitStatus(name, s -> !s.rewrites().isEmpty());
    world.deploy(name, image.reference(world.registry));
    world.awaitImages(name, image.pinned(world.registry));
    world.awaitStatus(name, s -> s.workloads() != null && s.workloads().pinned() == 1);
    return image;
  }

  @Test
  void thePolicyDoesNotTakeARestoreBackWhileAnothersFinalizerHoldsThePinnedImage() {
    PushedImage image = admitted("restored", Deleted.RESTORE);
    deleted.awaitFinalizers("restored", "pinnedimage.dev/restore");
    world.mergePatch(
        "restored",
        "{\"metadata\":{\"finalizers\":[\"pinnedimage.dev/restore\",\"example.com/a\"]}}");

    deleted.delete("restored");
    deleted.awaitFinalizers("restored", "example.com/a");

    String tag = image.reference(world.registry);
    assertThat(world.imagesOf("restored")).containsExactly(tag);
    world.cluster.kubectl("annotate", "deploy/restored", "-n", world.namespace, "touched=yes");
    world.deploy("restored-later", tag);
    assertThat(world.imagesOf("restored")).containsExactly(tag);
    assertThat(world.imagesOf("restored-later")).containsExactly(tag);
    world.mergePatch("restored", "{\"metadata\":{\"finalizers\":[]}}");
  }

  @Test
  void afterRetainTheNextApplyOfTheTagUnpins() {
    PushedImage image = admitted("retained");

    deleted.deleteAndAwait("retained");

    assertThat(deleted.awaitEvent("retained", "Retained")).contains("Deployment retained keeps");
    assertThat(world.imagesOf("retained")).containsExactly(image.pinned(world.registry));
    String tag = image.reference(world.registry);
    world.cluster.kubectl("set", "image", "deploy/retained", "c0=" + tag, "-n", world.namespace);
    assertThat(world.imagesOf("retained")).containsExactly(tag);
  }

  @Test
  void aYoungerPinnedImageTakesTheWorkloadOver() {
    PushedImage first = admitted("older", Deleted.RESTORE);
    PushedImage second = world.push("older", "1", "b");
    world.pin("younger", first.reference(world.registry), "digest: " + second.digest());
    world.awaitStatus("younger", s -> s.pinned() != null);

    deleted.deleteAndAwait("older");

    world.awaitImages("older", second.pinned(world.registry));
  }
}
