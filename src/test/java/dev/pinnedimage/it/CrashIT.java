package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.WriteTrap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The operator is killed (SIGKILL) at every write of a moved pin with two workloads: the record of
 * the pin, each workload, the final status.
 */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "crash");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void movesAPinWithFourWrites() {
    Move move = prepare("writes");
    try (WriteTrap trap = WriteTrap.set(world.cluster, world.namespace, write -> true)) {
      world.approve(move.name, move.second);
      world.awaitPinned(move.name, move.second);
      assertThat(trap.writes()).isEqualTo(4);
    }
    move.assertRolledOnce();
  }

  @ParameterizedTest(name = "killed at write {0}, which has happened: {1}")
  @CsvSource({"1,false", "1,true", "2,false", "2,true", "3,false", "3,true", "4,false", "4,true"})
  void endsAtTheSameStateWithOneRollout(int fatal, boolean hasHappened) throws Exception {
    Move move = prepare("kill-" + fatal + "-" + hasHappened);
    CountDownLatch killed = new CountDownLatch(1);
    try (WriteTrap trap =
        WriteTrap.set(
            world.cluster,
            world.namespace,
            write -> {
              if (write == fatal) {
                world.killOperator();
                killed.countDown();
                return hasHappened;
              }
              return write < fatal;
            })) {
      world.approve(move.name, move.second);
      assertThat(killed.await(30, TimeUnit.SECONDS))
          .as("killed at write %d of %d", fatal, trap.writes())
          .isTrue();
    }
    world.startOperator();
    world.awaitPinned(move.name, move.second);
    move.assertRolledOnce();
    assertThat(world.status(move.name).history()).hasSize(1);
    world.cluster.kubectl("delete", "pin", move.name, "-n", world.namespace);
  }

  private Move prepare(String name) {
    PushedImage first = world.push(name, "1", "a");
    world.deploy(name + "-x", first.reference(world.registry), first.reference(world.registry));
    world.deploy(name + "-y", first.reference(world.registry));
    world.pin(name, first.reference(world.registry), "checkInterval: 1h");
    world.awaitPinned(name, first);
    world.awaitImages(name + "-x", first.pinned(world.registry), first.pinned(world.registry));
    world.awaitImages(name + "-y", first.pinned(world.registry));
    world.awaitObserved(name + "-x");
    world.awaitObserved(name + "-y");
    return new Move(
        name, world.push(name, "1", "b"), world.rollouts(name + "-x"), world.rollouts(name + "-y"));
  }

  private final class Move {
    private final String name;
    private final PushedImage second;
    private final int rolloutsX;
    private final int rolloutsY;

    Move(String name, PushedImage second, int rolloutsX, int rolloutsY) {
      this.name = name;
      this.second = second;
      this.rolloutsX = rolloutsX;
      this.rolloutsY = rolloutsY;
    }

    void assertRolledOnce() {
      world.awaitImages(name + "-x", second.pinned(world.registry), second.pinned(world.registry));
      world.awaitImages(name + "-y", second.pinned(world.registry));
      world.awaitObserved(name + "-x");
      world.awaitObserved(name + "-y");
      assertThat(world.rollouts(name + "-x")).isEqualTo(rolloutsX + 1);
      assertThat(world.rollouts(name + "-y")).isEqualTo(rolloutsY + 1);
    }
  }
}
