package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two appliers that set the image back as soon as they see the pin: one in the manner of Flux, and
 * kubectl. On a cluster of its own, where the policy is not installed before the end.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(0)
class ContestIT {
  @TempDir static Path directory;

  private ControlPlane cluster;
  private RegistryServer registry;
  private World world;

  @BeforeAll
  void start() {
    cluster = ControlPlane.start();
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "contest");
  }

  @AfterAll
  void stop() {
    world.close();
    registry.close();
    cluster.close();
  }

  @Test
  void givesUpAFightWithTheNameOfTheOtherSideAndHealsWithThePolicy() throws IOException {
    // Of a repository of its own, and looked up seldom: nothing else wakes it up.
    PushedImage one = pinned("flux", "checkInterval: 1h");
    PushedImage two = pinned("kubectl", "checkInterval: 10s");
    PushedImage three = pinned("recreated", "checkInterval: 1h");
    String manifest =
        Files.writeString(
                directory.resolve("web.yaml"), FightingApplier.manifest(world, "kubectl", two))
            .toString();
    try (FightingApplier flux =
            FightingApplier.forcing(world, "kustomize-controller", "flux", one);
        FightingApplier kubectl = FightingApplier.kubectl(world, manifest, "kubectl", two)) {
      waitsThenWritesThenGivesUp(flux, kubectl, three);
      takesUpAgainWhenAsked();
      healsWithThePolicy(flux);
    }
  }

  private PushedImage pinned(String name, String interval) {
    PushedImage image = world.push(name, "1", "a");
    world.deploy(name, image.reference(registry));
    world.pin(
        name,
        image.reference(registry),
        interval,
        "workloadSelector: {matchLabels: {app: " + name + "}}");
    world.awaitPinned(name, image);
    world.awaitImages(name, image.pinned(registry));
    return image;
  }

  private void waitsThenWritesThenGivesUp(
      FightingApplier flux, FightingApplier kubectl, PushedImage three) {
    awaitResets("flux", 1);
    awaitResets("kubectl", 1);
    assertThat(message("flux", ConditionType.Ready))
        .contains("Deployment flux (container c0): was set back to the tag by kustomize-controller")
        .contains("(Apply) at " + resets("flux").getLast())
        .contains("written again at " + resets("flux").getLast().plusSeconds(30));
    world.killOperator();
    cluster.kubectl("delete", "deployment", "recreated", "-n", world.namespace);
    world.deploy("recreated", three.reference(registry));
    world.startOperator();
    world.awaitImages("recreated", three.pinned(registry));
    assertThat(world.status("recreated").contested()).as("created anew, not set back").isEmpty();

    awaitResets("flux", 2);
    awaitResets("kubectl", 2);
    int statusWrites = statusWrites();
    world.killOperator();
    world.startOperator();
    awaitAtMost(Duration.ofMinutes(6), () -> resets("flux").size() == 3);
    awaitAtMost(Duration.ofMinutes(1), () -> resets("kubectl").size() == 3);

    // The second wait began while both were set back, and each ended with two writes.
    assertThat(statusWrites() - statusWrites).isLessThanOrEqualTo(4);
    awaitAtMost(World.PATIENCE, () -> flux.resets() == 3 && kubectl.resets() == 3);
    assertGivenUp("flux", "kustomize-controller (Apply)", "deploy/admission.yaml");
    assertGivenUp("kubectl", "kubectl-client-side-apply (Update)", "image in the manifest to");
  }

  private void assertGivenUp(String name, String who, String remedy) {
    Condition stalled = world.awaitCondition(name, ConditionType.Stalled, "True", "Contested");
    assertThat(stalled.message())
        .contains("Deployment " + name + " (container c0): was set back to the tag 3 times", who)
        .contains(remedy, "kubectl annotate pinnedimage " + name + " -n " + world.namespace);
    assertThat(message(name, ConditionType.Ready)).isEqualTo(stalled.message());
    await()
        .during(Duration.ofSeconds(12))
        .atMost(Duration.ofSeconds(30))
        .until(() -> !isPinned(name));
    List<Instant> patches = patches(name);
    List<Instant> resets = resets(name);
    assertThat(patches).as("the pin, and two more tries").hasSize(3);
    // What managedFields say is cut to the second.
    assertThat(Duration.between(resets.get(0), patches.get(1))).isBetween(seconds(30), seconds(60));
    assertThat(Duration.between(resets.get(1), patches.get(2)))
        .isBetween(seconds(300), seconds(330));
    assertThat(events(name)).filteredOn("Contested"::equals).hasSize(1);
  }

  private void takesUpAgainWhenAsked() {
    world.lookNow("kubectl");
    awaitAtMost(World.PATIENCE, () -> patches("kubectl").size() == 4);
    awaitResets("kubectl", 1);
    assertThat(world.status("kubectl").contested())
        .singleElement()
        .satisfies(contest -> assertThat(contest.requestedAt()).isNotNull());
  }

  private void healsWithThePolicy(FightingApplier flux) {
    cluster.apply(Path.of("deploy/admission.yaml"));
    for (String name : List.of("flux", "kubectl")) {
      world.awaitStatus(
          name,
          s ->
              s.contested().isEmpty()
                  && s.condition(ConditionType.Ready).filter(Condition::isTrue).isPresent());
      assertThat(isPinned(name)).isTrue();
    }
    long generation = world.deployment("flux").getMetadata().getGeneration();
    int patches = patches("flux").size();
    int resets = flux.resets();
    // The appliers go on: they find the pin, apply the tag, and find the pin.
    await()
        .during(Duration.ofSeconds(10))
        .atMost(Duration.ofSeconds(20))
        .until(() -> isPinned("flux"));
    assertThat(world.deployment("flux").getMetadata().getGeneration()).isEqualTo(generation);
    assertThat(patches("flux")).hasSize(patches);
    assertThat(flux.resets()).isGreaterThan(resets + 10);
  }

  private boolean isPinned(String name) {
    return world.imagesOf(name).getFirst().contains("@");
  }

  private void awaitResets(String name, int number) {
    awaitAtMost(World.PATIENCE, () -> resets(name).size() == number);
  }

  private static void awaitAtMost(Duration time, Callable<Boolean> what) {
    await().atMost(time).pollInterval(Duration.ofMillis(200)).until(what);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private List<Instant> resets(String name) {
    PinnedImageStatus status = world.status(name);
    return status.contested().stream()
        .map(Contest::resets)
        .flatMap(List::stream)
        .map(Instant::parse)
        .toList();
  }

  private String message(String name, ConditionType type) {
    return world.condition(name, type).orElseThrow().message();
  }

  private List<String> events(String name) {
    return world
        .client()
        .events()
        .v1()
        .events()
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .filter(event -> event.getRegarding().getName().equals(name))
        .map(Event::getReason)
        .toList();
  }

  /** When the operator wrote the Deployment. */
  private List<Instant> patches(String name) {
    return cluster
        .audit(event ->
            event.isWrite()
                && event.user().endsWith(":pinnedimage-operator")
                && event.resource().equals("apps/deployments")
                && event.name().equals(name)
                && event.code() == 200)
        .stream()
        .map(AuditEvent::time)
        .toList();
  }

  private int statusWrites() {
    return cluster
        .audit(event ->
            event.isWrite()
                && event.user().endsWith(":pinnedimage-operator")
                && event.resource().equals("pinnedimage.dev/pinnedimages/status"))
        .size();
  }
}
