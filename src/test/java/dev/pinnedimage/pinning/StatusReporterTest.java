package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.aged;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.index;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.owned;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.workloads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StatusReporterTest {
  private static final World HELD = World.of("{image: acme/web:1.4}").reconciled();
  private static final World TWO =
      HELD.running(deployment("a", "acme/web:1.4"), deployment("b", "acme/web:1.4", "envoy:1"));

  private static PinnedImageStatus report(World world, Outcome... outcomes) {
    return StatusReporter.report(world.observation(), world.plan(), List.of(outcomes));
  }

  /** The workload as it is after the patch, or after somebody else's change. */
  private static Outcome written(World world, Workload after) {
    WorkloadRules rules = Objects.requireNonNull(world.plan().rules());
    return new Outcome.Written(after.uid(), rules.verdicts(after));
  }

  private static Outcome pinnedA() {
    return written(TWO, deployment("a", pinned("acme/web:1.4", FIRST)));
  }

  @Test
  void neverClaimsWhatHasNotBeenDoneYet() {
    PinnedImageStatus status = report(TWO, pinnedA());

    assertThat(states(status)).containsExactly("b/c0 Pending", "a/c0 Pinned");
    assertThat(workloads(status).summary()).isEqualTo("1/2");
    assertThat(workloads(status).matched()).isEqualTo(2);
    assertThat(workloads(status).pinned()).isEqualTo(1);
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Patching");
    assertThat(judged(status, Ready)).isEqualTo("False Patching");
  }

  @Test
  void reportsWhatTheApiServerRefusedInItsOwnWords() {
    PinnedImageStatus status =
        report(TWO, pinnedA(), new Outcome.Refused("uid-b", "denied by policy only-signed"));

    assertThat(states(status)).containsExactly("b/c0 Rejected", "a/c0 Pinned");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False PatchRejected");
    assertThat(judged(status, Ready)).isEqualTo("False PatchRejected");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
    assertThat(message(status, WorkloadsPinned))
        .contains("Deployment b (container c0)", "denied by policy only-signed");
  }

  @Test
  void aRefusalConcernsOnlyWhatWasToBeWritten() {
    World world = HELD.running(deployment("a", "acme/web:1.4", "acme/web:1.4@" + digest("own")));

    assertThat(states(report(world, new Outcome.Refused("uid-a", "no"))))
        .containsExactly("a/c0 Rejected", "a/c1 PinnedByUser");
  }

  @Test
  void aWorkloadThatKeepsChangingIsPending() {
    PinnedImageStatus status = report(TWO, pinnedA(), new Outcome.Contended("uid-b"));

    assertThat(states(status)).containsExactly("b/c0 Pending", "a/c0 Pinned");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Patching");
    assertThat(workloads(status).items().getFirst().message()).contains("changed while");
  }

  @Test
  void aContendedWorkloadDoesNotMeanThatNothingIsPinned() {
    World uncovered = TWO.on(node("z-1", "linux/s390x"));
    PinnedImageStatus status = report(uncovered, pinnedA(), new Outcome.Contended("uid-b"));

    assertThat(judged(status, Ready)).isEqualTo("False PlatformMissing");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Patching");
    assertThat(message(status, WorkloadsPinned)).doesNotContain("nothing is pinned");
  }

  @Test
  void aWorkloadThatIsGoneIsNotCounted() {
    PinnedImageStatus status = report(TWO, pinnedA(), new Outcome.Gone("uid-b"));

    assertThat(states(status)).containsExactly("a/c0 Pinned");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(report(TWO, new Outcome.Gone("uid-a"), new Outcome.Gone("uid-b")), Ready))
        .isEqualTo("True NoWorkloads");
  }

  @Test
  void reportsAWorkloadAsItTurnedOutToBe() {
    PinnedImageStatus status =
        report(
            TWO,
            pinnedA(),
            written(TWO, deployment("b", "acme/web:1.4@" + digest("own"), "envoy:1")));

    assertThat(states(status)).containsExactly("b/c0 PinnedByUser", "a/c0 Pinned");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True PinnedByUser");
  }

  @Test
  void countsAWorkloadAsPinnedOnlyWithAllItsContainers() {
    World world = HELD.running(deployment("a", pinned("acme/web:1.4", FIRST), "acme/web:1.4"));

    assertThat(workloads(report(world)).summary()).isEqualTo("0/1");
  }

  @Test
  void listsTheWorstFirstAndAtMostFifty() {
    Workload[] many =
        IntStream.range(0, 60)
            .mapToObj(i -> deployment("w%02d".formatted(i), pinned("acme/web:1.4", FIRST)))
            .toArray(Workload[]::new);
    many[10] = deployment("owned", "acme/web:1.4");
    many[10] = owned(many[10], "Rollout x");
    many[20] = deployment("user", "acme/web:1.4@" + digest("own"));
    many[30] = deployment("pending", "acme/web:1.4");
    many[40] = deployment("refused", "acme/web:1.4");
    PinnedImageStatus status = report(HELD.running(many), new Outcome.Refused("uid-refused", "no"));

    assertThat(states(status))
        .hasSize(50)
        .startsWith(
            "refused/c0 Rejected",
            "pending/c0 Pending",
            "user/c0 PinnedByUser",
            "owned/c0 Owned",
            "w00/c0 Pinned",
            "w01/c0 Pinned");
    assertThat(workloads(status).summary()).isEqualTo("56/60");
  }

  @Test
  void listsContainersInTheOrderOfTheTemplate() {
    String[] twelve = new String[12];
    Arrays.fill(twelve, pinned("acme/web:1.4", FIRST));

    assertThat(workloads(report(HELD.running(deployment("a", twelve)))).items())
        .extracting(PinnedImageStatus.Item::container)
        .startsWith("c0", "c1", "c2")
        .endsWith("c10", "c11");
  }

  @Test
  void theFirstFailingFactIsWhyItIsNotReady() {
    World missing = TWO.on(aged(node("z-1", "linux/s390x"), 1));

    assertThat(judged(report(missing, new Outcome.Refused("uid-a", "no")), Ready))
        .isEqualTo("False PlatformMissing");
    assertThat(
            judged(
                report(missing.spec("{image: acme/web:1.4, digest: '" + digest("x") + "'}")),
                Ready))
        .isEqualTo("False PinnedDigestGone");
  }

  @Test
  void conditionsComeInTheOrderOfTheirTypes() {
    PinnedImageStatus status = report(TWO.on(node("z-1", "linux/s390x")));

    assertThat(status.conditions())
        .extracting(Condition::type)
        .containsExactly(
            "Ready", "Resolved", "PlatformsCovered", "TagMoved", "WorkloadsPinned", "Stalled");
  }

  @Test
  void theTransitionTimeMovesOnlyWithTheStatus() {
    World down = HELD.after(Duration.ofHours(1)).tag(DOWN).reconciled();
    World limited =
        down.after(Duration.ofHours(1)).tag(new Unresolved(Failure.RATE_LIMITED, "too much"));
    World back = limited.reconciled().after(Duration.ofHours(1)).tag(FIRST);

    assertThat(transition(HELD.pinnedImage().lastStatus(), Resolved)).isEqualTo("12:00:00Z");
    assertThat(transition(down.pinnedImage().lastStatus(), Resolved)).isEqualTo("13:00:00Z");
    assertThat(judged(limited.status(), Resolved)).isEqualTo("Unknown RateLimited");
    assertThat(transition(limited.status(), Resolved)).isEqualTo("13:00:00Z");
    assertThat(transition(back.status(), Resolved)).isEqualTo("15:00:00Z");
    assertThat(transition(back.status(), Ready)).isEqualTo("12:00:00Z");
  }

  private static String transition(PinnedImageStatus status, ConditionType type) {
    return status.condition(type).orElseThrow().lastTransitionTime().substring(11);
  }

  @Test
  void everyConditionSaysOfWhichGenerationItSpeaks() {
    PinnedImageStatus status = HELD.spec("{image: acme/web:1.4, checkInterval: 1m}").status();

    assertThat(status.observedGeneration()).isEqualTo(2);
    assertThat(status.conditions()).extracting(Condition::observedGeneration).containsOnly(2L);
  }

  @Test
  void messagesStayWithinTheBoundsOfTheApi() {
    PinnedImageStatus status = report(TWO, new Outcome.Refused("uid-a", "x".repeat(40_000)));

    assertThat(status.conditions()).allMatch(c -> c.message().length() <= 32_768);
    assertThat(workloads(status).items())
        .allMatch(i -> Objects.toString(i.message()).length() <= 2048);
  }

  @Test
  void remembersTenEarlierPinsNewestFirst() {
    World world = HELD;
    for (int i = 1; i <= 12; i++) {
      var next = index("next " + i, "linux/amd64", "linux/arm64");
      world =
          world
              .after(Duration.ofHours(1))
              .tag(next)
              .spec("{image: acme/web:1.4, digest: '" + digest(next) + "'}")
              .reconciled();
    }
    List<PastPin> history = world.pinnedImage().lastStatus().history();

    assertThat(history).hasSize(10);
    assertThat(history.getFirst().digest()).isEqualTo(digest(index("next 11", "linux/amd64")));
    assertThat(history.getLast().digest()).isEqualTo(digest(index("next 2", "linux/amd64")));
    for (int i = 1; i < history.size(); i++) {
      assertThat(history.get(i).until()).isEqualTo(history.get(i - 1).from());
    }
  }

  @Test
  void recordsAMovedPinBeforeAnyWorkloadIsWritten() {
    World approved =
        TWO.reconciled()
            .tag(SECOND)
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}");
    PinnedImageStatus record = report(approved);

    assertThat(approved.plan().pinMoved()).isTrue();
    assertThat(Fixtures.pin(record).digest()).isEqualTo(digest(SECOND));
    assertThat(record.history()).extracting(PastPin::digest).containsExactly(digest(FIRST));
    assertThat(states(record)).containsExactly("a/c0 Pending", "b/c0 Pending");
  }
}
