package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** With deploy/admission.yaml installed, the tag becomes the pin inside of the API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdmissionIT {
  private ControlPlane cluster;
  private RegistryServer registry;
  private World world;

  @BeforeAll
  void install() {
    cluster = ControlPlane.start();
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "admission");
    cluster.apply(Path.of("deploy/admission.yaml"));
  }

  @AfterAll
  void stop() {
    world.close();
    registry.close();
    cluster.close();
  }

  @Test
  void rewritesAndMovesWithoutOwningAnything() {
    PushedImage first = world.push("web", "1", "a");
    world.pin("web", first.reference(registry));
    world.awaitPinned("web", first);
    world.deploy("web", first.reference(registry));
    assertThat(world.imagesOf("web")).containsExactly(first.pinned(registry));
    world.awaitStatus("web", s -> s.workloads() != null && s.workloads().summary().equals("1/1"));

    PushedImage second = world.push("web", "1", "b");
    world.approve("web", second);
    world.awaitImages("web", second.pinned(registry));
    world.awaitPinned("web", second);
    assertThat(world.deployment("web").getMetadata().getManagedFields())
        .noneSatisfy(entry -> assertThat(entry.getManager()).isEqualTo("pinnedimage-operator"));
    assertThat(world.status("web").rewrites())
        .containsExactlyEntriesOf(
            java.util.Map.of(second.reference(registry), second.pinned(registry)));
  }
}
