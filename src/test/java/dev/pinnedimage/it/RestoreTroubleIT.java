package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.WriteTrap;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever stands in the way of giving a tag back, the PinnedImage is gone in the end. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreTroubleIT {
  private World world;
  private Deleted deleted;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "trouble");
    deleted = new Deleted(world);
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void aWorkloadThatCannotBeRestoredIsReportedAndLetGoWithinAMinute() {
    PushedImage image = deleted.pinned("stuck", Deleted.RESTORE);
    world.deploy("stuck-not", image.reference(world.registry));
    world.awaitImages("stuck-not", image.pinned(world.registry));
    try (RefusedTags _ = RefusedTags.of(world, "stuck")) {
      long before = System.nanoTime();
      deleted.deleteAndAwait("stuck");
      assertThat(System.nanoTime() - before)
          .isBetween(TimeUnit.SECONDS.toNanos(55), TimeUnit.SECONDS.toNanos(75));

      assertThat(world.imagesOf("stuck")).containsExactly(image.pinned(world.registry));
      world.awaitImages("stuck-not", image.reference(world.registry));
      assertThat(deleted.events("stuck", "RestoreFailed")).hasSize(1);
      assertThat(deleted.awaitEvent("stuck", "RestoreFailed"))
          .contains("Deployment stuck keeps " + image.pinned(world.registry), RefusedTags.MESSAGE);
    }
    String said = deleted.awaitEvent("stuck", "RestoreFailed");
    String command = said.replaceAll(".*with: kubectl (.*?); the API server.*", "$1");
    world.cluster.kubectl(command.split(" "));
    assertThat(world.imagesOf("stuck")).containsExactly(image.reference(world.registry));
  }

  @Test
  void anOperatorThatWasDownRestoresWhenItIsBack() {
    PushedImage image = deleted.pinned("down", Deleted.RESTORE);
    world.awaitReady("down");
    world.killOperator();
    deleted.delete("down");
    assertThat(world.get("down").isMarkedForDeletion()).isTrue();
    assertThat(world.imagesOf("down")).containsExactly(image.pinned(world.registry));

    world.startOperator();

    deleted.awaitGone("down");
    world.awaitImages("down", image.reference(world.registry));
  }

  @Test
  void anOperatorThatIsKilledHalfwayRestoresTheRestWhenItIsBack() throws Exception {
    PushedImage image = deleted.pinned("half", Deleted.RESTORE);
    world.deploy("half-too", image.reference(world.registry));
    world.awaitImages("half-too", image.pinned(world.registry));
    world.awaitStatus("half", s -> s.workloads() != null && s.workloads().pinned() == 2);
    CountDownLatch killed = new CountDownLatch(1);
    try (WriteTrap _ =
        WriteTrap.set(
            world.cluster,
            world.namespace,
            write -> {
              if (write == 2) {
                world.killOperator();
                killed.countDown();
              }
              return write < 2;
            })) {
      deleted.delete("half");
      assertThat(killed.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(List.of(world.imagesOf("half"), world.imagesOf("half-too")))
        .containsExactlyInAnyOrder(
            List.of(image.reference(world.registry)), List.of(image.pinned(world.registry)));

    world.startOperator();

    deleted.awaitGone("half");
    world.awaitImages("half", image.reference(world.registry));
    world.awaitImages("half-too", image.reference(world.registry));
  }

  @Test
  void withoutAnOperatorOneCommandLetsItGo() {
    PushedImage image = deleted.pinned("orphan", Deleted.RESTORE);
    world.killOperator();
    try {
      deleted.delete("orphan");
      assertThat(world.get("orphan").isMarkedForDeletion()).isTrue();

      world.mergePatch("orphan", "{\"metadata\":{\"finalizers\":[]}}");

      deleted.awaitGone("orphan");
      assertThat(world.imagesOf("orphan")).containsExactly(image.pinned(world.registry));
    } finally {
      world.startOperator();
    }
  }

  @Test
  void aTerminatingNamespaceIsNotHeldUp(ControlPlane cluster, RegistryServer registry) {
    try (World other = World.start(cluster, registry, "terminating")) {
      PushedImage image = other.push("terminating", "1", "a");
      other.deploy("web", image.reference(registry));
      other.pin("web", image.reference(registry), Deleted.RESTORE);
      other.awaitImages("web", image.pinned(registry));

      cluster.kubectl("delete", "namespace", other.namespace, "--wait=false");

      await()
          .atMost(World.PATIENCE)
          .until(() -> cluster.admin().namespaces().withName(other.namespace).get() == null);
    }
  }
}
