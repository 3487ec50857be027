package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** The policy while the API server comes and goes, and after the operator and the CRD have gone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PolicyAloneIT {
  private static final int RESTARTS = 10;

  private ControlPlane cluster;
  private RegistryServer registry;
  private World world;

  @BeforeAll
  void start() {
    cluster = ControlPlane.start();
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "alone");
    cluster.apply(Path.of("deploy/admission.yaml"));
  }

  /** There are no PinnedImages left that could be listed: only the parts are stopped. */
  @AfterAll
  void stop() {
    world.operator().close();
    registry.close();
    cluster.close();
  }

  @Test
  @Order(1)
  void whatSlipsThroughWhileTheApiServerRestartsIsRepairedWithinSecondsAndCounted() {
    PushedImage image = world.push("web", "1", "a");
    world.pin("web", image.reference(registry));
    world.awaitPinned("web", image);
    awaitKnown(image);
    List<Duration> slips;
    try (Applier applier = Applier.start(world, "web", image.reference(registry))) {
      for (int i = 0; i < RESTARTS; i++) {
        cluster.stopApiServer();
        cluster.startApiServer();
        applier.awaitAnother(10);
      }
      slips = applier.slips();
    }
    world.awaitPinned("web", image);

    System.out.printf(
        "%d restarts: %d writes of the bare tag got through, for %s%n",
        RESTARTS, slips.size(), slips);
    assertThat(world.imagesOf("web")).containsExactly(image.pinned(registry));
    assertThat(repairs()).isEqualTo(slips.size());
    // An API server that has just started may not know the policy's parameters for 30 s.
    assertThat(slips).allMatch(bare -> bare.compareTo(Duration.ofSeconds(40)) < 0);
    assertThat(world.status("web").contested()).isEmpty();
    assertThat(world.condition("web", ConditionType.WorkloadsPinned).orElseThrow().reason())
        .isEqualTo("AllPinned");
    assertThat(new Rollouts(world, "web").managers()).doesNotContain("pinnedimage-operator");
  }

  /** The API server looks for new kinds, such as the policy's parameters, every 30 s. */
  private void awaitKnown(PushedImage image) {
    await("the policy to have an effect")
        .atMost(World.PATIENCE)
        .until(
            () ->
                cluster.kubectl(
                    "create",
                    "deployment",
                    "probe",
                    "-n",
                    world.namespace,
                    "--image=" + image.reference(registry),
                    "--dry-run=server",
                    "-o",
                    "jsonpath={.spec.template.spec.containers[0].image}"),
            image.pinned(registry)::equals);
  }

  private double repairs() {
    Matcher counter =
        Pattern.compile("(?m)^pinnedimage_admission_repairs_total (\\S+)$")
            .matcher(world.operator().metrics());
    assertThat(counter.find()).isTrue();
    return Double.parseDouble(counter.group(1));
  }

  @Test
  @Order(2)
  void withoutTheOperatorNewWorkloadsStillGetThePin() {
    PushedImage image = world.push("late", "1", "a");
    world.pin("late", image.reference(registry));
    world.awaitPinned("late", image);
    world.killOperator();

    world.deploy("late", image.reference(registry));
    assertThat(world.imagesOf("late")).containsExactly(image.pinned(registry));

    world.startOperator();
    new Rollouts(world, "late").awaitState("Pinned");
    assertThat(new Rollouts(world, "late").patches()).isEmpty();
  }

  @Test
  @Order(3)
  void withoutTheCrdWorkloadsCanStillBeWritten() {
    PushedImage image = world.push("last", "1", "a");
    world.pin("last", image.reference(registry));
    world.awaitPinned("last", image);
    world.deploy("last", image.reference(registry));
    cluster.kubectl("delete", "crd", "pinnedimages.pinnedimage.dev");

    await()
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> {
          cluster.kubectl(
              "set",
              "image",
              "deployment/last",
              "-n",
              world.namespace,
              "c0=" + image.reference(registry));
          assertThat(world.imagesOf("last")).containsExactly(image.reference(registry));
        });
    world.deploy("first", image.reference(registry));
    assertThat(world.imagesOf("first")).containsExactly(image.reference(registry));
    cluster.kubectl("delete", "deployment", "first", "last", "-n", world.namespace);
  }
}
