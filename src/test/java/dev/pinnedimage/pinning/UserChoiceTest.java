package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.inner;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.owned;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.workloads;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person or another controller decided is reported and left alone. */
class UserChoiceTest {
  private static final String APPROVED = "{image: acme/web:1.4, digest: '%s'}";
  private static final World FIRST_PIN = World.of("{image: acme/web:1.4}").reconciled();

  /** The pin moved from the first to the second one hour ago. */
  private static final World MOVED =
      FIRST_PIN
          .tag(SECOND)
          .after(Duration.ofHours(1))
          .spec(APPROVED.formatted(digest(SECOND)))
          .reconciled()
          .after(Duration.ofHours(1));

  private static Workload earlierPin(String manager, int secondsAfterTheMove) {
    return writtenBy(
        deployment("web", pinned("acme/web:1.4", FIRST)),
        manager,
        NOW.plus(Duration.ofHours(1)).plusSeconds(secondsAfterTheMove));
  }

  @ParameterizedTest
  @CsvSource({
    "kubectl-rollout, 60, RolledBackByUser",
    "kubectl-set, 1, RolledBackByUser",
    "kubectl-set, 0, RolledBackByUser",
    "kubectl-set, -1, Pinned",
    "kubectl-set, -3600, Pinned",
    "pinnedimage-operator, 60, Pinned",
    "pinnedimage-operator, -60, Pinned",
  })
  void letsARollbackStandThatSomebodyElseMadeAfterThePinMoved(
      String manager, int secondsAfterTheMove, String state) {
    World world = MOVED.running(earlierPin(manager, secondsAfterTheMove));

    assertThat(states(world.status())).containsExactly("web/c0 " + state);
    assertThat(world.writes().isEmpty()).isEqualTo(state.equals("RolledBackByUser"));
  }

  @Test
  void pinsAnEarlierPinOfWhichNobodyKnowsWhoWroteIt() {
    World world = MOVED.running(deployment("web", pinned("acme/web:1.4", FIRST)));

    assertThat(world.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", SECOND));
  }

  @Test
  void saysWhoRolledBackAndDoesNotFailForIt() {
    PinnedImageStatus status = MOVED.running(earlierPin("kubectl-rollout", 60)).status();

    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True RolledBackByUser");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(message(status, WorkloadsPinned))
        .contains(
            "Deployment web (container c0) was set back to an earlier pin by kubectl-rollout");
    assertThat(workloads(status).summary()).isEqualTo("0/1");
  }

  @Test
  void pinsARolledBackWorkloadAgainOnceThePinMoves() {
    World moved =
        MOVED
            .running(earlierPin("kubectl-rollout", 60))
            .reconciled()
            .tag(THIRD)
            .spec(APPROVED.formatted(digest(THIRD)));

    assertThat(moved.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", THIRD));
  }

  @Test
  void pinsARolledBackWorkloadAgainOnceItsImageIsTheTag() {
    World tagged =
        MOVED
            .running(earlierPin("kubectl-rollout", 60))
            .reconciled()
            .running(writtenBy(deployment("web", "acme/web:1.4"), "kubectl-set", MOVED.now()));

    assertThat(tagged.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", SECOND));
  }

  @Test
  void aRollbackToWhatBecomesThePinIsThePin() {
    World back =
        MOVED
            .running(earlierPin("kubectl-rollout", 60))
            .reconciled()
            .spec(APPROVED.formatted(digest(FIRST)));

    assertThat(back.writes()).isEmpty();
    assertThat(states(back.status())).containsExactly("web/c0 Pinned");
  }

  @Test
  void neverOverwritesAnotherDigestThatAUserWrote() {
    World world = FIRST_PIN.running(deployment("web", "acme/web:1.4@" + digest("own")));
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(states(status)).containsExactly("web/c0 PinnedByUser");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True PinnedByUser");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(message(status, WorkloadsPinned)).contains("remove the digest to have it pinned");
  }

  @Test
  void leavesASha512Alone() {
    World world = FIRST_PIN.running(deployment("web", "acme/web:1.4@sha512:" + "a".repeat(128)));

    assertThat(world.writes()).isEmpty();
    assertThat(states(world.status())).containsExactly("web/c0 PinnedByUser");
  }

  @Test
  void takesADigestThatEqualsThePinForThePinWhoeverWroteIt() {
    World world =
        FIRST_PIN.running(
            writtenBy(deployment("web", pinned("acme/web:1.4", FIRST)), "kubectl-set", NOW));

    assertThat(world.writes()).isEmpty();
    assertThat(states(world.status())).containsExactly("web/c0 Pinned");
  }

  @ParameterizedTest
  @CsvSource({"linux/amd64", "linux/arm64"})
  void saysWhichPlatformAUserPinnedWithAnInnerManifest(String platform) {
    World world =
        FIRST_PIN.running(deployment("web", pinned("acme/web:1.4", inner(FIRST, platform))));
    String message = message(world.status(), WorkloadsPinned);

    assertThat(world.writes()).isEmpty();
    assertThat(message)
        .contains("PinnedByUser: Deployment web (container c0) carries sha256:")
        .contains("which is only the " + platform + " manifest inside the index " + digest(FIRST));
  }

  @Test
  void recognisesAnInnerManifestOfThePinWhileTheTagPointsElsewhere() {
    World world =
        FIRST_PIN
            .tag(SECOND)
            .running(
                deployment("a", pinned("acme/web:1.4", inner(FIRST, "linux/amd64"))),
                deployment("b", pinned("acme/web:1.4", inner(SECOND, "linux/arm64"))));

    assertThat(workloads(world.status()).items().get(0).message())
        .contains("linux/amd64 manifest inside the index " + digest(FIRST));
    assertThat(workloads(world.status()).items().get(1).message())
        .contains("linux/arm64 manifest inside the index " + digest(SECOND));
  }

  @Test
  void recognisesAnInnerManifestOfAnEarlierPin() {
    World world =
        MOVED.running(deployment("web", pinned("acme/web:1.4", inner(FIRST, "linux/arm64"))));

    assertThat(world.writes()).isEmpty();
    assertThat(message(world.status(), WorkloadsPinned))
        .contains("linux/arm64 manifest inside the index " + digest(FIRST))
        .endsWith("use the digest of the index, or remove the digest to have it pinned");
    assertThat(message(world.forgetting(FIRST).status(), WorkloadsPinned))
        .contains("carries a digest that a person chose");
  }

  @Test
  void asksForEarlierPinsOnlyWhereAPersonWroteADigest() {
    assertThat(Questions.earlierPins(MOVED.pinnedImage(), MOVED.workloads())).isEmpty();
    assertThat(
            Questions.earlierPins(
                MOVED.pinnedImage(), List.of(deployment("web", "acme/web:1.4@" + digest("own")))))
        .containsExactly(FIRST.digest());
  }

  @Test
  void saysTheSameOfAnImageVolume() {
    String image = pinned("acme/web:1.4", inner(FIRST, "linux/amd64"));
    Workload web =
        deployment("web", "other:1")
            .withContainers(
                List.of(Container.imageVolume("data", "/spec/template/spec/volumes/0", image)));

    assertThat(message(FIRST_PIN.running(web).status(), WorkloadsPinned))
        .startsWith("PinnedByUser: Deployment web (container volume/data) carries sha256:")
        .contains("linux/amd64 manifest inside the index " + digest(FIRST));
  }

  @Test
  void namesTheOtherTagsOfImageVolumesToo() {
    Workload web =
        deployment("web", "other:1")
            .withContainers(
                List.of(
                    Container.imageVolume(
                        "data", "/spec/template/spec/volumes/0", "acme/web:1.5")));

    assertThat(message(FIRST_PIN.running(web).status(), WorkloadsPinned))
        .contains("1 workload runs the same repository with the tag 1.5");
  }

  @Test
  void neverWritesAWorkloadThatAControllerOwns() {
    World world = FIRST_PIN.running(owned(deployment("web", "acme/web:1.4"), "Rollout shop"));
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(states(status)).containsExactly("web/c0 Owned");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True Owned");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(message(status, WorkloadsPinned)).contains("belongs to Rollout shop");
  }

  @Test
  void anOwnedWorkloadThatCarriesThePinIsPinned() {
    World world =
        FIRST_PIN.running(owned(deployment("web", pinned("acme/web:1.4", FIRST)), "Rollout shop"));

    assertThat(states(world.status())).containsExactly("web/c0 Pinned");
  }

  @Test
  void doesNotCountAWorkloadThatOptedOut() {
    World world =
        FIRST_PIN.running(
            ignored(deployment("a", "acme/web:1.4")), deployment("b", "acme/web:1.4"));
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).containsExactly("b/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(states(status)).containsExactly("a/c0 Ignored", "b/c0 Pinned");
    assertThat(workloads(status).summary()).isEqualTo("1/1");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True AllPinned");
  }

  @Test
  void hasNothingToDoWithWorkloadsThatTheSelectorDoesNotSelect() {
    World world =
        FIRST_PIN
            .spec("{image: acme/web:1.4, workloadSelector: {matchLabels: {app: web}}}")
            .running(
                labelled(deployment("a", "acme/web:1.4"), "app", "web"),
                labelled(deployment("b", "acme/web:1.4"), "app", "shop"),
                deployment("c", "acme/web:1.5"));

    assertThat(world.writes()).containsExactly("a/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(states(world.status())).containsExactly("a/c0 Pinned");
    assertThat(message(world.status(), WorkloadsPinned)).doesNotContain("1.5");
  }

  @Test
  void saysEverythingThatIsLeftAloneInOneMessage() {
    World world =
        MOVED.running(
            earlierPin("kubectl-rollout", 60),
            deployment("b", "acme/web:1.4@" + digest("own")),
            owned(deployment("c", "acme/web:1.4"), "Rollout shop"));

    assertThat(judged(world.status(), WorkloadsPinned)).isEqualTo("True RolledBackByUser");
    assertThat(message(world.status(), WorkloadsPinned))
        .contains("RolledBackByUser: Deployment web", "; PinnedByUser: Deployment b")
        .contains("; Owned: Deployment c");
  }

  @Test
  void leavesTheApprovedDigestAloneWhileItIsNotVerified() {
    World both =
        World.of("{image: acme/web:1.4}")
            .running(deployment("web", "acme/web:1.4"))
            .reconciled()
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .running(deployment("web", pinned("acme/web:1.4", SECOND)));

    assertThat(both.writes()).isEmpty();
    assertThat(states(both.status())).containsExactly("web/c0 PinnedByUser");
    assertThat(both.serving(SECOND).writes()).isEmpty();
    assertThat(states(both.serving(SECOND).status())).containsExactly("web/c0 Pinned");
  }
}
