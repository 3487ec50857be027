package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.aged;
import static dev.pinnedimage.pinning.Fixtures.cordoned;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.index;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.placed;
import static dev.pinnedimage.pinning.Fixtures.platform;
import static dev.pinnedimage.pinning.Fixtures.selecting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequirementsTest {
  private static final Node AMD = node("amd-1", "linux/amd64");
  private static final Node ARM = node("arm-1", "linux/arm64");
  private static final Node S390X = node("z-1", "linux/s390x");
  private static final Workload WEB = deployment("web", "acme/web:1.4");
  private static final Workload AMD_WEB = placed(WEB, selecting("kubernetes.io/arch", "amd64"));

  private static List<String> required(World world) {
    List<Workload> matched = world.workloads();
    return Requirements.of(world.observation(), matched).platforms().stream()
        .map(Requirements.Required::sentence)
        .toList();
  }

  private static World web(Node... nodes) {
    return World.of("{image: acme/web:1.4}").on(nodes);
  }

  @Test
  void takesTheSpecsPlatformsWhateverTheNodesAre() {
    World world = World.of("{image: acme/web:1.4, platforms: [linux/arm/v7, linux/s390x]}");

    assertThat(required(world.on(AMD)))
        .containsExactly("linux/arm/v7 (spec.platforms)", "linux/s390x (spec.platforms)");
  }

  @Test
  void takesTheNodesThatTheWorkloadsCanBeScheduledOn() {
    assertThat(required(web(AMD, ARM).running(AMD_WEB)))
        .containsExactly("linux/amd64 (node amd-1)");
  }

  @Test
  void takesEveryNodeThatAnyWorkloadCanBeScheduledOn() {
    Workload onArm =
        placed(deployment("b", "acme/web:1.4"), selecting("kubernetes.io/arch", "arm64"));

    assertThat(required(web(AMD, ARM, S390X).running(AMD_WEB, onArm)))
        .containsExactly("linux/amd64 (node amd-1)", "linux/arm64 (node arm-1)");
  }

  @Test
  void takesAllSchedulableNodesWhileThereIsNoWorkload() {
    assertThat(required(web(AMD, ARM, cordoned(S390X))))
        .containsExactly("linux/amd64 (node amd-1)", "linux/arm64 (node arm-1)");
  }

  @Test
  void takesAllSchedulableNodesWhereNoneAdmitsAWorkload() {
    Workload nowhere = placed(WEB, selecting("pool", "gone"));

    assertThat(required(web(AMD).running(nowhere))).containsExactly("linux/amd64 (node amd-1)");
  }

  @Test
  void knowsNothingWithoutAnyNode() {
    PinnedImageStatus status = web().status();

    assertThat(required(web())).isEmpty();
    assertThat(status.pinned()).isNull();
    assertThat(judged(status, PlatformsCovered)).isEqualTo("Unknown PlatformUnknown");
    assertThat(judged(status, Ready)).isEqualTo("False PlatformUnknown");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
    assertThat(message(status, PlatformsCovered)).contains("set spec.platforms");
  }

  @Test
  void pinsWithoutAnyNodeWhereThePolicyOnlyWarns() {
    PinnedImageStatus status =
        World.of("{image: acme/web:1.4, platformPolicy: Warn}").on().status();

    assertThat(judged(status, PlatformsCovered)).isEqualTo("True PolicyWarn");
    assertThat(judged(status, Ready)).isEqualTo("True NoWorkloads");
  }

  @Test
  void holdsThePinWhenTheLastNodeGoes() {
    PinnedImageStatus status = web(AMD, ARM).running(WEB).reconciled().on().status();

    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(status, PlatformsCovered)).isEqualTo("Unknown PlatformUnknown");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
  }

  @Test
  void doesNotAskWhereIgnoredWorkloadsRun() {
    Workload elsewhere =
        ignored(placed(deployment("b", "acme/web:1.4"), selecting("kubernetes.io/arch", "s390x")));

    assertThat(judged(web(AMD, ARM, S390X).running(AMD_WEB, elsewhere).status(), Ready))
        .isEqualTo("True Pinned");
  }

  @Test
  void doesNotAskWhereWorkloadsOfAnotherTagRun() {
    Workload elsewhere =
        placed(deployment("b", "acme/web:1.5"), selecting("kubernetes.io/arch", "s390x"));

    assertThat(judged(web(AMD, ARM, S390X).running(AMD_WEB, elsewhere).status(), Ready))
        .isEqualTo("True Pinned");
  }

  @Test
  void namesTheOldestNodeOfAPlatformAndKeepsNamingIt() {
    World one = web(AMD, aged(node("z-9", "linux/s390x"), 50));
    World two =
        web(aged(node("a-younger", "linux/s390x"), 1), AMD, aged(node("z-9", "linux/s390x"), 50));

    assertThat(message(one.status(), PlatformsCovered)).contains("linux/s390x (node z-9)");
    assertThat(message(two.status(), PlatformsCovered))
        .isEqualTo(message(one.status(), PlatformsCovered));
  }

  @Test
  void keepsNamingAPlatformWhenAYoungerNodeOfAnotherMissingOneJoins() {
    World one = web(AMD, aged(S390X, 50));
    World two = one.on(aged(node("a-younger", "linux/386"), 1), AMD, aged(S390X, 50));

    assertThat(message(two.status(), PlatformsCovered))
        .isEqualTo(message(one.status(), PlatformsCovered));
  }

  @Test
  void namesNodesOfOneAgeByName() {
    assertThat(required(web(node("b", "linux/amd64"), node("a", "linux/amd64"))))
        .containsExactly("linux/amd64 (node a)");
  }

  @Test
  void losesReadyButKeepsWritingThePinWhenANodeOfANewPlatformJoins() {
    World lost =
        web(AMD, ARM)
            .running(WEB)
            .reconciled()
            .on(AMD, ARM, aged(S390X, 0))
            .running(deployment("other", "acme/web:1.4"), deployment("new", "acme/web:1.4"))
            .after(Duration.ofHours(1));
    PinnedImageStatus status = lost.status();

    assertThat(lost.writes()).contains("new/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(pin(status).since()).isEqualTo("2026-03-01T12:00:00Z");
    assertThat(judged(status, Ready)).isEqualTo("False PlatformMissing");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("False PlatformMissing");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True AllPinned");
    assertThat(judged(status, Stalled)).isEqualTo("True PlatformMissing");
    assertThat(message(status, PlatformsCovered))
        .contains("lacks linux/s390x (node z-1)", "the pin stays written");
  }

  @Test
  void onlyWarnsOfALostPlatformWhereThatIsThePolicy() {
    PinnedImageStatus status =
        World.of("{image: acme/web:1.4, platformPolicy: Warn}")
            .reconciled()
            .on(AMD, ARM, S390X)
            .status();

    assertThat(judged(status, PlatformsCovered)).isEqualTo("True PolicyWarn");
    assertThat(judged(status, Ready)).isEqualTo("True NoWorkloads");
  }

  @Test
  void aLowerVariantServesAHigherHostAndNotTheOtherWayRound() {
    World world = World.of("{image: acme/web:1.4, platforms: [linux/arm/v7, linux/amd64]}");

    assertThat(judged(world.tag(index("v6", "linux/arm/v6", "linux/amd64")).status(), Ready))
        .isEqualTo("True NoWorkloads");
    assertThat(judged(world.tag(index("v8", "linux/arm/v8", "linux/amd64")).status(), Ready))
        .isEqualTo("False PlatformMissing");
  }

  @Test
  void a32BitImageDoesNotCoverA64BitNode() {
    assertThat(
            Requirements.of(web(AMD).observation(), List.of())
                .firstMissing(List.of(platform("linux/386"), platform("linux/arm/v7"))))
        .isPresent();
  }
}
