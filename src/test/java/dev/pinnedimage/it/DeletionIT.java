package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.WriteTrap;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of workloads when their PinnedImage is deleted, without the admission policy. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeletionIT {
  private static final String FINALIZER = "pinnedimage.dev/restore";

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

  @Test
  void retainWritesNothingAndSaysWhatTheNextApplyWillDo() {
    PushedImage image = deleted.pinned("retained", "deletionPolicy: Retain");
    assertThat(world.get("retained").getFinalizers()).isEmpty();

    world.awaitReady("retained");
    int before = writes("retained").size();

    deleted.deleteAndAwait("retained");

    assertThat(deleted.awaitEvent("retained", "Retained"))
        .contains(
            "Deployment retained keeps the digest of " + image.pinned(world.registry),
            "the next apply of the tag unpins it");
    assertThat(world.imagesOf("retained")).containsExactly(image.pinned(world.registry));
    assertThat(writes("retained")).hasSize(before);
  }

  @Test
  void theFinalizerIsOnBeforeTheFirstWorkloadIsWrittenAndTheSpecIsNeverTouched() {
    deleted.pinned("first", Deleted.RESTORE);
    world.awaitReady("first");

    assertThat(world.get("first").getFinalizers()).containsExactly(FINALIZER);
    assertThat(world.get("first").getMetadata().getGeneration()).isEqualTo(1);
    assertThat(
            writes("first").stream()
                .map(write -> write.verb() + " " + write.resource())
                .filter(write -> !write.endsWith("/status")))
        .containsExactly("patch pinnedimage.dev/pinnedimages", "patch apps/deployments");
    deleted.deleteAndAwait("first");
  }

  @Test
  void restoresEveryKindWithOnePatchEach() {
    PushedImage image = world.push("kinds", "1", "a");
    String tag = image.reference(world.registry);
    List<DeclaredWorkload> workloads = new ArrayList<>();
    for (KindOfWorkload kind : KindOfWorkload.changeable()) {
      workloads.add(DeclaredWorkload.create(world, kind, "each-" + workloads.size(), tag));
    }
    world.pin("kinds", tag, Deleted.RESTORE);
    workloads.forEach(workload -> workload.awaitImages(image.pinned(world.registry)));
    world.awaitPinned("kinds", image);
    List<Long> pinned = generations(workloads);

    deleted.deleteAndAwait("kinds");

    workloads.forEach(workload -> assertThat(workload.images()).containsOnly(tag));
    assertThat(generations(workloads)).isEqualTo(pinned.stream().map(g -> g + 1).toList());
    assertThat(deleted.awaitEvent("kinds", "Restored"))
        .contains("6 workloads (", "went back to the tag " + tag);
  }

  private static List<Long> generations(List<DeclaredWorkload> workloads) {
    return workloads.stream().map(w -> w.now().getMetadata().getGeneration()).toList();
  }

  @Test
  void leavesAloneWhatSomebodyChangedMeanwhile() {
    PushedImage first = world.push("changed", "1", "a");
    String tag = first.reference(world.registry);
    for (String name : List.of("still", "moved", "chosen", "ignored", "rolled")) {
      world.deploy(name, tag);
    }
    world.pin("changed", tag, Deleted.RESTORE);
    world.awaitImages("rolled", first.pinned(world.registry));
    PushedImage second = world.push("changed", "1", "b");
    world.approve("changed", second);
    for (String name : List.of("still", "moved", "chosen", "ignored", "rolled")) {
      world.awaitImages(name, second.pinned(world.registry));
    }
    String other = world.registry.host() + "/changed:2";
    String own = tag + "@sha256:" + "0".repeat(64);
    setImage("moved", other);
    setImage("chosen", own);
    setImage("rolled", first.pinned(world.registry));
    kubectl("annotate", "deploy/ignored", "pinnedimage.dev/ignore=true");
    world.awaitCondition("changed", ConditionType.WorkloadsPinned, "True", "RolledBackByUser");
    world.awaitStatus(
        "changed",
        s -> s.workloads() != null && s.workloads().items().toString().contains("Ignored"));

    deleted.deleteAndAwait("changed");

    world.awaitImages("still", tag);
    assertThat(world.imagesOf("moved")).containsExactly(other);
    assertThat(world.imagesOf("chosen")).containsExactly(own);
    assertThat(world.imagesOf("rolled")).containsExactly(first.pinned(world.registry));
    assertThat(world.imagesOf("ignored")).containsExactly(second.pinned(world.registry));
    assertThat(deleted.awaitEvent("changed", "Restored")).contains("Deployment still went back");
  }

  @Test
  void theFinalizerFollowsThePolicyAndAnothersIsNeverTouched() {
    PushedImage image = deleted.pinned("foreign", Deleted.RESTORE);
    world.awaitReady("foreign");
    world.mergePatch(
        "foreign", "{\"metadata\":{\"finalizers\":[\"example.com/a\",\"" + FINALIZER + "\"]}}");
    world.mergePatch("foreign", "{\"spec\":{\"deletionPolicy\":\"Retain\"}}");
    deleted.awaitFinalizers("foreign", "example.com/a");
    world.mergePatch("foreign", "{\"spec\":{\"deletionPolicy\":\"Restore\"}}");
    deleted.awaitFinalizers("foreign", "example.com/a", FINALIZER);
    world.mergePatch("foreign", "{\"spec\":{\"mode\":\"Report\"}}");
    deleted.awaitFinalizers("foreign", "example.com/a");
    world.mergePatch("foreign", "{\"spec\":{\"mode\":\"Enforce\"}}");
    deleted.awaitFinalizers("foreign", "example.com/a", FINALIZER);
    world.awaitReady("foreign");
    var status = world.status("foreign");

    deleted.delete("foreign");

    deleted.awaitFinalizers("foreign", "example.com/a");
    world.awaitImages("foreign", image.reference(world.registry));
    assertThat(world.status("foreign")).isEqualTo(status);
    world.mergePatch("foreign", "{\"metadata\":{\"finalizers\":[]}}");
    deleted.awaitGone("foreign");
    assertThat(world.imagesOf("foreign")).containsExactly(image.reference(world.registry));
  }

  @ParameterizedTest
  @ValueSource(strings = {"suspend: true", "image: registry..example.com/web:1"})
  void whatStopsLookUpsStopsNoRestore(String spec) {
    String name = spec.startsWith("suspend") ? "suspended" : "unreadable";
    PushedImage image = deleted.pinned(name, Deleted.RESTORE);
    world.awaitReady(name);
    String[] field = spec.split(": ", 2);
    String value = field[1].equals("true") ? "true" : "\"" + field[1] + "\"";
    world.mergePatch(name, "{\"spec\":{\"" + field[0] + "\":" + value + "}}");

    deleted.deleteAndAwait(name);

    world.awaitImages(name, image.reference(world.registry));
  }

  @Test
  void whereNothingWasPinnedItIsGoneAtOnce() {
    world.pin("nothing", world.registry.host() + "/no/such:1", Deleted.RESTORE);
    deleted.awaitFinalizers("nothing", FINALIZER);

    deleted.deleteAndAwait("nothing");

    assertThat(deleted.events("nothing", "Restored")).isEmpty();
    assertThat(deleted.events("nothing", "RestoreFailed")).isEmpty();
  }

  @Test
  void aYoungerPinnedImageTakesTheWorkloadOverWithItsOwnPin() {
    PushedImage first = deleted.pinned("older", Deleted.RESTORE);
    world.awaitReady("older");
    PushedImage second = world.push("older", "1", "b");
    world.pin(
        "younger", first.reference(world.registry), Deleted.RESTORE, "digest: " + second.digest());
    world.awaitCondition("younger", ConditionType.WorkloadsPinned, "False", "Conflict");

    deleted.deleteAndAwait("older");

    world.awaitImages("older", second.pinned(world.registry));
    world.awaitReady("younger");
    deleted.deleteAndAwait("younger");
    world.awaitImages("older", second.reference(world.registry));
  }

  /** Without {@code Recreated} the SDK would look at the new one once at most. */
  @Test
  void onePinnedImageAfterAnotherOfTheSameNameIsLookedAfter() throws Exception {
    PushedImage image = world.push("again", "1", "a");
    world.pin("again", image.reference(world.registry), "checkInterval: 10s");
    world.awaitReady("again");
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (WriteTrap _ =
        WriteTrap.set(
            world.cluster,
            world.namespace,
            write -> {
              held.countDown();
              return isReleased(release);
            })) {
      world.deploy("again", image.reference(world.registry));
      assertThat(held.await(30, TimeUnit.SECONDS)).isTrue();
      deleted.deleteAndAwait("again");
      world.pin("again", image.reference(world.registry), "checkInterval: 10s");
      release.countDown();
    }
    world.awaitReady("again");
    PushedImage second = world.push("again", "1", "b");
    world.awaitCondition("again", ConditionType.TagMoved, "True", "AwaitingApproval");
    PinnedImage now = world.get("again");
    assertThat(now.lastStatus().upstream().digest()).isEqualTo(second.digest().value());
  }

  private static boolean isReleased(CountDownLatch latch) {
    try {
      return latch.await(9, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void setImage(String deployment, String image) {
    kubectl("set", "image", "deploy/" + deployment, "c0=" + image);
  }

  private void kubectl(String... arguments) {
    world.cluster.kubectl(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(arguments),
                java.util.stream.Stream.of("-n", world.namespace))
            .toArray(String[]::new));
  }

  /** The operator's own, to objects of the name, oldest first. */
  private List<AuditEvent> writes(String name) {
    return world.cluster.audit(event ->
        event.user().endsWith(":pinnedimage-operator")
            && event.isWrite()
            && event.namespace().equals(world.namespace)
            && event.name().equals(name));
  }
}
