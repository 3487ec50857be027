package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of workload, on a cluster without the admission policy. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KindsIT {
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "kinds");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @ParameterizedTest
  @MethodSource("dev.pinnedimage.it.KindOfWorkload#changeable")
  void pinsMovesAndRespectsARollback(KindOfWorkload kind) {
    String name = kind.title().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    PushedImage first = world.push(name, "1", "a");
    DeclaredWorkload workload =
        DeclaredWorkload.create(world, kind, name, first.reference(world.registry));
    long asDeclared = workload.now().getMetadata().getGeneration();

    world.pin(name, first.reference(world.registry));
    workload.awaitImages(first.pinned(world.registry));
    world.awaitPinned(name, first);
    assertThat(workload.now().getMetadata().getGeneration())
        .as("one patch for all four images")
        .isEqualTo(asDeclared + 1);

    PushedImage second = world.push(name, "1", "b");
    world.approve(name, second);
    workload.awaitImages(second.pinned(world.registry));
    world.awaitPinned(name, second);

    workload.edit(first.pinned(world.registry));
    PinnedImageStatus rolledBack =
        world.awaitStatus(name, s -> states(s).equals(Set.of("RolledBackByUser")));
    assertThat(rolledBack.workloads().items())
        .extracting(Item::kind, Item::container)
        .extracting(Object::toString)
        .allMatch(item -> item.contains(kind.kind()))
        .hasSize(4);
    assertThat(workload.images()).containsOnly(first.pinned(world.registry));

    workload.edit(first.reference(world.registry));
    workload.awaitImages(second.pinned(world.registry));
  }

  @Test
  void leavesItToOnDeleteWhenPodsAreReplaced() {
    PushedImage image = world.push("on-delete", "1", "a");
    String tag = image.reference(world.registry);
    DeclaredWorkload set =
        DeclaredWorkload.create(world, KindOfWorkload.STATEFUL_SET_ON_DELETE, "on-delete", tag);
    awaitPods(set, Map.of("on-delete-0", tag));

    world.pin("on-delete", tag);
    world.awaitPinned("on-delete", image);
    set.awaitImages(image.pinned(world.registry));
    awaitUpdateSeen(set);
    assertThat(set.imagesOfPods()).containsExactly(Map.entry("on-delete-0", tag));

    world.client().pods().inNamespace(world.namespace).withName("on-delete-0").delete();
    awaitPods(set, Map.of("on-delete-0", image.pinned(world.registry)));
  }

  @Test
  void leavesItToThePartitionWhichPodsGetThePin() {
    PushedImage image = world.push("partition", "1", "a");
    String tag = image.reference(world.registry);
    DeclaredWorkload set =
        DeclaredWorkload.create(
            world, KindOfWorkload.STATEFUL_SET_WITH_PARTITION, "partition", tag);
    awaitPods(set, Map.of("partition-0", tag, "partition-1", tag));

    world.pin("partition", tag);
    awaitPods(set, Map.of("partition-0", tag, "partition-1", image.pinned(world.registry)));
    world.awaitPinned("partition", image);
  }

  @Test
  void rollsADaemonSetOutOnEveryNode() {
    PushedImage image = world.push("daemons", "1", "a");
    DeclaredWorkload set =
        DeclaredWorkload.create(
            world, KindOfWorkload.DAEMON_SET, "daemons", image.reference(world.registry));
    world.pin("daemons", image.reference(world.registry));
    world.awaitPinned("daemons", image);
    await()
        .atMost(World.PATIENCE)
        .untilAsserted(() ->
            assertThat(set.imagesOfPods().values())
                .hasSizeGreaterThanOrEqualTo(2)
                .containsOnly(image.pinned(world.registry)));
  }

  @Test
  void theNextJobOfACronJobRunsThePinAndIsNoWorkloadOfItsOwn() {
    PushedImage image = world.push("nightly", "1", "a");
    DeclaredWorkload cronJob =
        DeclaredWorkload.create(
            world, KindOfWorkload.CRON_JOB, "nightly", image.reference(world.registry));
    world.pin("nightly", image.reference(world.registry));
    cronJob.awaitImages(image.pinned(world.registry));
    world.cluster.kubectl(
        "create", "job", "by-hand", "--from=cronjob/nightly", "-n", world.namespace);
    awaitPodsRun(cronJob, image.pinned(world.registry));
    world.awaitStatus("nightly", s -> s.workloads() != null && s.workloads().matched() == 1);
    assertThat(world.status("nightly").workloads().items())
        .extracting(Item::kind)
        .containsOnly("CronJob");
  }

  private void awaitPods(DeclaredWorkload workload, Map<String, String> images) {
    await(workload.name())
        .atMost(World.PATIENCE)
        .untilAsserted(() -> assertThat(workload.imagesOfPods()).isEqualTo(images));
  }

  private void awaitPodsRun(DeclaredWorkload workload, String image) {
    await(workload.name())
        .atMost(World.PATIENCE)
        .untilAsserted(() -> assertThat(workload.imagesOfPods().values()).containsOnly(image));
  }

  /** The controller-manager knows of the new template, and has decided what to do about it. */
  private void awaitUpdateSeen(DeclaredWorkload set) {
    await(set.name())
        .atMost(World.PATIENCE)
        .until(() -> {
          GenericKubernetesResource now = set.now();
          Number seen = now.get("status", "observedGeneration");
          return seen != null && seen.longValue() == now.getMetadata().getGeneration();
        });
  }

  private static Set<String> states(PinnedImageStatus status) {
    List<Item> items = status.workloads() == null ? List.of() : status.workloads().items();
    return Set.copyOf(items.stream().map(Item::state).toList());
  }
}
