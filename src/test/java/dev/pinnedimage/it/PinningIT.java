package dev.pinnedimage.it;

import static dev.pinnedimage.it.World.AMD64;
import static dev.pinnedimage.it.World.ARM64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Isolated;

/** What people do with a pin: set it, see the tag move, approve, roll back, change their minds. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Isolated("measures how soon a moved tag is seen")
class PinningIT {
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "pinning");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  @Test
  void reportsAMovedTagInTimeAndRollsOnceOnApprovalAndOnceBack() {
    PushedImage first = world.push("moves", "1", "a");
    String tag = first.reference(world.registry);
    world.deploy("moves", tag, tag, "example.com/other:1");
    world.pin("moves", tag);
    world.awaitPinned("moves", first);
    world.awaitImages(
        "moves", first.pinned(world.registry), first.pinned(world.registry), "example.com/other:1");
    world.awaitObserved("moves");
    int rollouts = world.rollouts("moves");

    Instant pushed = Instant.now();
    PushedImage second = world.push("moves", "1", "b");
    Condition moved =
        world.awaitCondition("moves", ConditionType.TagMoved, "True", "AwaitingApproval");
    assertThat(Duration.between(pushed, Instant.now())).isLessThan(Duration.ofSeconds(11));
    assertThat(moved.message())
        .contains(second.digest().value(), first.digest().value(), "ContentChanged")
        .contains("kubectl patch pinnedimage moves -n " + world.namespace);
    assertThat(world.condition("moves", ConditionType.Ready))
        .get()
        .returns("True", Condition::status);
    assertThat(world.imagesOf("moves")).contains(first.pinned(world.registry));
    assertThat(world.rollouts("moves")).isEqualTo(rollouts);

    world.approve("moves", second);
    world.awaitPinned("moves", second);
    world.awaitObserved("moves");
    assertThat(world.imagesOf("moves"))
        .containsExactly(
            second.pinned(world.registry), second.pinned(world.registry), "example.com/other:1");
    assertThat(world.rollouts("moves")).isEqualTo(rollouts + 1);

    world.approve("moves", first);
    world.awaitPinned("moves", first);
    assertThat(world.imagesOf("moves")).contains(first.pinned(world.registry));
    assertThat(world.status("moves").history())
        .extracting(PinnedImageStatus.PastPin::reason)
        .containsExactly("RolledBack", "Approved");
  }

  @Test
  void pinsInitContainersAndNewDeploymentsToo() {
    PushedImage image = world.push("later", "1", "a");
    String tag = image.reference(world.registry);
    world.pin("later", tag);
    world.awaitCondition("later", ConditionType.Ready, "True", "NoWorkloads");
    world.deployYaml(
        "later",
        """
              initContainers:
              - {name: prepare, image: "%s"}
              containers:
              - {name: serve, image: "%s"}
        """
            .formatted(tag, tag));
    world.awaitImages("later", image.pinned(world.registry), image.pinned(world.registry));
    world.awaitObserved("later");
    assertThat(world.rollouts("later")).isLessThanOrEqualTo(2);
  }

  @Test
  void neverOverwritesAUsersDigestAndNamesAnInnerOne() {
    PushedImage image = world.push("users", "1", "a");
    String tag = image.reference(world.registry);
    String own = tag + "@sha256:" + "0".repeat(64);
    String inner = tag + "@" + image.manifest(AMD64);
    world.deploy("own", own);
    world.deploy("inner", inner);
    world.deploy("by-tag", tag);
    world.pin("users", tag);
    world.awaitImages("by-tag", image.pinned(world.registry));
    world.awaitCondition("users", ConditionType.WorkloadsPinned, "True", "PinnedByUser");
    assertThat(world.imagesOf("own")).containsExactly(own);
    assertThat(world.imagesOf("inner")).containsExactly(inner);
    assertThat(world.status("users").workloads().items())
        .filteredOn(item -> item.name().equals("inner"))
        .singleElement()
        .extracting(Item::message)
        .asString()
        .contains("linux/amd64 manifest inside the index " + image.digest());
  }

  @Test
  void letsARolloutUndoStand() {
    PushedImage first = world.push("undo", "1", "a");
    String tag = first.reference(world.registry);
    world.deploy("undo", tag);
    world.pin("undo", tag);
    world.awaitPinned("undo", first);
    world.cluster.kubectl("rollout", "status", "deployment/undo", "-n", world.namespace);
    PushedImage second = world.push("undo", "1", "b");
    world.approve("undo", second);
    world.awaitPinned("undo", second);
    world.awaitImages("undo", second.pinned(world.registry));
    world.cluster.kubectl("rollout", "status", "deployment/undo", "-n", world.namespace);

    world.cluster.kubectl("rollout", "undo", "deployment/undo", "-n", world.namespace);
    world.awaitCondition("undo", ConditionType.WorkloadsPinned, "True", "RolledBackByUser");
    world.lookNow("undo");
    world.awaitCondition("undo", ConditionType.Ready, "True", "Pinned");
    assertThat(world.imagesOf("undo")).containsExactly(first.pinned(world.registry));

    PushedImage third = world.push("undo", "1", "c");
    world.approve("undo", third);
    world.awaitImages("undo", third.pinned(world.registry));
  }

  @Test
  void adoptsWhatAllWorkloadsCarryWhenTheRecordIsLost() {
    PushedImage first = world.push("adopt", "1", "a");
    String tag = first.reference(world.registry);
    world.deploy("adopt-1", tag);
    world.deploy("adopt-2", tag);
    world.pin("adopt", tag);
    world.awaitPinned("adopt", first);
    world.awaitImages("adopt-1", first.pinned(world.registry));
    world.awaitImages("adopt-2", first.pinned(world.registry));
    PushedImage second = world.push("adopt", "1", "b");
    long generation = world.deployment("adopt-1").getMetadata().getGeneration();

    world.cluster.kubectl(
        "patch",
        "pin",
        "adopt",
        "-n",
        world.namespace,
        "--subresource=status",
        "--type=json",
        "-p",
        "[{\"op\":\"remove\",\"path\":\"/status\"}]");
    world.awaitCondition("adopt", ConditionType.TagMoved, "True", "AwaitingApproval");
    assertThat(world.status("adopt").pinned().digest()).isEqualTo(first.digest().value());

    world.cluster.kubectl("delete", "pin", "adopt", "-n", world.namespace);
    world.pin("adopt", tag);
    world.awaitCondition("adopt", ConditionType.TagMoved, "True", "AwaitingApproval");
    assertThat(world.status("adopt").pinned().digest()).isEqualTo(first.digest().value());
    assertThat(world.status("adopt").upstream().digest()).isEqualTo(second.digest().value());
    assertThat(world.deployment("adopt-1").getMetadata().getGeneration()).isEqualTo(generation);
  }

  @Test
  void givesAnotherTagItsOwnDigest() {
    PushedImage old = world.push("tags", "1", "a");
    PushedImage next = world.push("tags", "2", "b");
    world.deploy("tags", old.reference(world.registry));
    world.pin("tags", old.reference(world.registry));
    world.awaitPinned("tags", old);
    world.awaitImages("tags", old.pinned(world.registry));
    world.mergePatch("tags", "{\"spec\":{\"image\":\"" + next.reference(world.registry) + "\"}}");
    world.awaitPinned("tags", next);
    assertThat(world.imagesOf("tags")).containsExactly(old.pinned(world.registry));
    world.cluster.kubectl(
        "set",
        "image",
        "deployment/tags",
        "c0=" + next.reference(world.registry),
        "-n",
        world.namespace);
    world.awaitImages("tags", next.pinned(world.registry));
    assertThat(world.status("tags").history())
        .extracting(PinnedImageStatus.PastPin::reason)
        .containsExactly("ImageChanged");
  }

  @Test
  void letsTheOlderOfTwoWin() throws Exception {
    PushedImage image = world.push("twice", "1", "a");
    String tag = image.reference(world.registry);
    PushedImage other = world.push("twice", "1", "b");
    world.pin("b-older", tag, "digest: " + image.digest());
    world.awaitReady("b-older");
    Instant created = Instant.parse(world.get("b-older").getMetadata().getCreationTimestamp());
    org.awaitility.Awaitility.await().until(() -> Instant.now().isAfter(created.plusSeconds(1)));
    world.pin("a-younger", tag, "digest: " + other.digest());
    world.deploy("twice", tag);
    world.awaitImages("twice", image.pinned(world.registry));
    Condition conflict =
        world.awaitCondition("a-younger", ConditionType.WorkloadsPinned, "False", "Conflict");
    assertThat(conflict.message()).contains("b-older");
    assertThat(world.condition("a-younger", ConditionType.Stalled))
        .get()
        .returns("Conflict", Condition::reason);
    assertThat(world.condition("b-older", ConditionType.Ready))
        .get()
        .returns("True", Condition::status);

    world.cluster.kubectl("delete", "pin", "b-older", "-n", world.namespace);
    world.awaitStatus("a-younger", s -> s.condition(ConditionType.Stalled).isEmpty());
  }

  @Test
  void refusesWhatNodesCouldNotRunAndWritesNothing() {
    PushedImage plain = world.images.pushManifest("refused", "plain", "a", ARM64);
    PushedImage attested = world.images.pushIndexWithAttestation("refused", "attested", "a", ARM64);
    PushedImage lacking = world.images.pushIndex("refused", "lacking", "a", ARM64, "linux/s390x");
    for (PushedImage image : List.of(plain, attested, lacking)) {
      world.deploy(image.tag(), image.reference(world.registry));
      world.pin(image.tag(), image.reference(world.registry));
    }
    for (PushedImage image : List.of(plain, attested)) {
      Condition refused =
          world.awaitCondition(
              image.tag(), ConditionType.PlatformsCovered, "False", "NotMultiArch");
      assertThat(refused.message()).contains("linux/arm64", "linux/amd64 (node node-amd64)");
    }
    Condition missing =
        world.awaitCondition("lacking", ConditionType.PlatformsCovered, "False", "PlatformMissing");
    assertThat(missing.message()).contains("linux/amd64", "node-amd64");
    for (PushedImage image : List.of(plain, attested, lacking)) {
      assertThat(world.condition(image.tag(), ConditionType.Ready))
          .get()
          .returns("False", Condition::status);
      assertThat(world.condition(image.tag(), ConditionType.Stalled)).isPresent();
      assertThat(world.imagesOf(image.tag())).containsExactly(image.reference(world.registry));
      assertThat(world.deployment(image.tag()).getMetadata().getGeneration()).isEqualTo(1);
    }
  }

  @Test
  void pinsAnAmd64ImageForAmd64NodesWhereThatIsAllowed() {
    PushedImage image = world.images.pushManifest("only", "1", "a", AMD64);
    world.deployYaml(
        "only",
        """
              nodeSelector: {kubernetes.io/arch: amd64}
              containers:
              - {name: c0, image: "%s"}
        """
            .formatted(image.reference(world.registry)));
    world.pin("only", image.reference(world.registry), "singlePlatform: Allow");
    world.awaitImages("only", image.pinned(world.registry));
    world.awaitCondition("only", ConditionType.PlatformsCovered, "True", "Covered");
  }

  @Test
  void refusesAnInnerManifestAsApproval() {
    PushedImage image = world.push("inner-approval", "1", "a");
    world.deploy("inner-approval", image.reference(world.registry));
    world.pin(
        "inner-approval", image.reference(world.registry), "digest: " + image.manifest(AMD64));
    Condition refused =
        world.awaitCondition("inner-approval", ConditionType.Ready, "False", "NotMultiArch");
    assertThat(refused.message())
        .contains("linux/amd64 manifest inside the index " + image.digest());
    assertThat(world.imagesOf("inner-approval")).containsExactly(image.reference(world.registry));
    world.approve("inner-approval", image);
    world.awaitPinned("inner-approval", image);
  }
}
