package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.upstream;
import static dev.pinnedimage.pinning.Fixtures.workloads;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code mode: Report}, {@code suspend}, and specs that cannot be followed. */
class ModeTest {
  private static final Workload WEB = deployment("web", "acme/web:1.4");
  private static final World HELD = World.of("{image: acme/web:1.4}").running(WEB).reconciled();

  @Test
  void reportModeSaysWhatItWouldWriteAndWritesNothing() {
    World world = World.of("{image: acme/web:1.4, mode: Report}").running(WEB);
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(states(status)).containsExactly("web/c0 ReportOnly");
    assertThat(workloads(status).summary()).isEqualTo("0/1");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True ReportOnly");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(message(status, WorkloadsPinned))
        .contains("would become " + pinned("acme/web:1.4", FIRST) + " (spec.mode: Report)");
    assertThat(status.rewrites()).isEmpty();
  }

  @Test
  void anOperatorThatOnlyReportsDoesSoForEveryPinnedImageAndSaysThatItIsTheOperator() {
    PinnedImageStatus status = reported(World.of("{image: acme/web:1.4}").running(WEB));

    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(states(status)).containsExactly("web/c0 ReportOnly");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True ReportOnly");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(message(status, WorkloadsPinned))
        .contains("would become " + pinned("acme/web:1.4", FIRST))
        .contains(" (mode: Report of the operator's configuration)");
  }

  @Test
  void anOperatorThatOnlyReportsTakesBackWhatItHadPublishedForAdmission() {
    assertThat(HELD.status().rewrites()).isNotEmpty();

    assertThat(reported(HELD).rewrites()).isEmpty();
    assertThat(reported(HELD.spec("{image: 'no reference'}")).rewrites()).isEmpty();
    assertThat(HELD.spec("{image: 'no reference'}").status().rewrites()).isNotEmpty();
  }

  @Test
  void anOperatorThatOnlyReportsWritesNothingBeforeTheRegistryAnswersEither() {
    World world = HELD.running(deployment("new", "acme/web:1.4"));
    WorkloadRules rules = Planner.held(reporting(world.observation()));

    assertThat(world.workloads()).allMatch(workload -> rules.edit(workload).isEmpty());
    assertThat(Planner.held(world.observation()).edit(world.workloads().getFirst())).isPresent();
  }

  /** What an operator says whose own configuration is {@code mode: Report}. */
  private static PinnedImageStatus reported(World world) {
    Observation observation = reporting(world.observation());
    Plan plan = Planner.plan(observation);
    assertThat(plan.edits()).isEmpty();
    return StatusReporter.report(observation, plan, List.of());
  }

  private static Observation reporting(Observation observation) {
    return new Observation(
        observation.pinnedImage(),
        observation.now(),
        observation.answers(),
        observation.workloads(),
        observation.peers(),
        new Surroundings(observation.surroundings().nodes(), Admission.NONE, List.of(), true));
  }

  @Test
  void reportModeCountsWhatCarriesThePinAnyway() {
    World world = HELD.spec("{image: acme/web:1.4, mode: Report}");

    assertThat(states(world.status())).containsExactly("web/c0 Pinned");
    assertThat(judged(world.status(), WorkloadsPinned)).isEqualTo("True AllPinned");
  }

  @Test
  void suspensionStopsMovesOfThePin() {
    World suspended =
        HELD.tag(SECOND)
            .spec("{image: acme/web:1.4, suspend: true, digest: '" + digest(SECOND) + "'}");
    PinnedImageStatus status = suspended.status();

    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(upstream(status).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(status, Ready)).isEqualTo("True Suspended");
    assertThat(message(status, Ready)).contains(digest(FIRST), "the tag is not looked up");
  }

  @Test
  void suspensionStillWritesThePinIntoNewWorkloads() {
    World suspended =
        HELD.spec("{image: acme/web:1.4, suspend: true}")
            .running(deployment("new", "acme/web:1.4"));

    assertThat(suspended.writes()).containsExactly("new/c0 " + pinned("acme/web:1.4", FIRST));
  }

  @Test
  void suspensionKeepsTheLastWordOnTheRegistry() {
    World moved = HELD.tag(SECOND).reconciled();
    PinnedImageStatus before = moved.pinnedImage().lastStatus();
    PinnedImageStatus status =
        moved.after(Duration.ofHours(1)).spec("{image: acme/web:1.4, suspend: true}").status();

    for (var type : new Enum<?>[] {Resolved, PlatformsCovered, TagMoved}) {
      var was = before.conditions().stream().filter(c -> c.type().equals(type.name())).findFirst();
      assertThat(status.conditions())
          .filteredOn(c -> c.type().equals(type.name()))
          .singleElement()
          .satisfies(c -> assertThat(c.message()).isEqualTo(was.orElseThrow().message()))
          .satisfies(c -> assertThat(c.observedGeneration()).isEqualTo(2));
    }
    assertThat(status.upstream()).isEqualTo(before.upstream());
  }

  @Test
  void suspendedBeforeAnythingWasPinnedItSaysWhatToDo() {
    World world = World.of("{image: acme/web:1.4, suspend: true}").running(WEB);
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(status.pinned()).isNull();
    assertThat(judged(status, Ready)).isEqualTo("False Suspended");
    assertThat(message(status, Ready)).contains("set spec.suspend to false");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Suspended");
  }

  @Test
  void suspendedWhileTheRegistryWasDownItStillSaysThat() {
    World world =
        World.of("{image: acme/web:1.4}")
            .tag(DOWN)
            .reconciled()
            .spec("{image: acme/web:1.4, suspend: true}");

    assertThat(judged(world.status(), Ready)).isEqualTo("False RegistryUnreachable");
  }

  @ParameterizedTest
  @CsvSource({
    "platformPolicy: Ignore, 'spec.platformPolicy: \"Ignore\"'",
    "singlePlatform: Warn, 'spec.singlePlatform: \"Warn\"'",
    "update: {policy: Sometimes}, 'spec.update.policy: \"Sometimes\"'",
    "form: TagOnly, 'spec.form: \"TagOnly\"'",
    "mode: Audit, 'spec.mode: \"Audit\"'",
    "mode: enforce, 'spec.mode: \"enforce\"'",
  })
  void stallsOnAValueThatItDoesNotKnowAndKeepsWhatIsOnRecord(String field, String named) {
    World world =
        HELD.spec("{image: acme/web:1.4, " + field + "}")
            .running(deployment("new", "acme/web:1.4"))
            .after(Duration.ofHours(1));
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(status.pinned()).isEqualTo(HELD.pinnedImage().lastStatus().pinned());
    assertThat(status.workloads()).isEqualTo(HELD.pinnedImage().lastStatus().workloads());
    assertThat(judged(status, Ready)).isEqualTo("False UnsupportedValue");
    assertThat(judged(status, Stalled)).isEqualTo("True UnsupportedValue");
    assertThat(judged(status, Resolved)).isEqualTo("True Resolved");
    assertThat(message(status, Stalled)).startsWith(named).contains("the operator upgraded");
  }

  @ParameterizedTest
  @CsvSource({"'no reference'", "'acme/Web:1.4'", "'acme/web:1.4@sha256:abc'", "'acme/web:'"})
  void stallsOnWhatIsNoReference(String image) {
    World world = HELD.spec("{image: '" + image + "'}");
    PinnedImageStatus status = world.status();

    assertThat(world.writes()).isEmpty();
    assertThat(status.pinned()).isEqualTo(HELD.pinnedImage().lastStatus().pinned());
    assertThat(judged(status, Ready)).isEqualTo("False InvalidReference");
    assertThat(judged(status, Resolved)).isEqualTo("False InvalidReference");
    assertThat(judged(status, Stalled)).isEqualTo("True InvalidReference");
    assertThat(message(status, Stalled)).contains(image, "write registry/repository:tag");
  }

  @Test
  void ignoresFieldsOfANewerVersion() {
    World world =
        World.of("{image: acme/web:1.4, deletionPolicy: Restore, update: {soak: 24h}, new: {a: 1}}")
            .running(WEB);

    assertThat(judged(world.status(), Ready)).isEqualTo("True Pinned");
    assertThat(
            World.roundTrip(
                Serialization.unmarshal(
                    "---\n{pinned: {digest: d, newer: 1}, rewrites: {a: b}, conditions: []}",
                    PinnedImageStatus.class)))
        .extracting(status -> pin(status).digest())
        .isEqualTo("d");
  }
}
