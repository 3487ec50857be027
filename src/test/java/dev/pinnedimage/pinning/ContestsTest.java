package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.pinning.Transitions.Happened;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sets the image back to the tag, where no policy of the cluster rewrites it. */
class ContestsTest {
  private static final String SPEC = "{image: acme/web:1.4}";
  private static final String TAG = "acme/web:1.4";
  private static final String FLUX = "kustomize-controller";
  private static final World HELD =
      World.of(SPEC)
          .running(deployment("web", TAG))
          .reconciled()
          .after(Duration.ofHours(1))
          .reconciled();

  /** An applier of the tag, and what the operator makes of it at once. */
  private static World reset(World world) {
    return world
        .running(
            world.workloads().stream().map(w -> tagged(w, world.now())).toArray(Workload[]::new))
        .reconciled();
  }

  private static Workload tagged(Workload workload, Instant time) {
    Writer writer = new Writer(FLUX, "Apply", time, false);
    return workload.withContainers(
        workload.containers().stream().map(c -> c.withImage(TAG).writtenBy(writer)).toList());
  }

  private static World resets(World world, Duration... waits) {
    World next = world;
    for (Duration wait : waits) {
      next = reset(next).after(wait).reconciled();
    }
    return next;
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** Re-pinned twice, and set back for the third time just now. */
  private static World givenUp() {
    return reset(resets(HELD, seconds(30), seconds(300)));
  }

  static Stream<Arguments> processes() {
    return Stream.of(
        Arguments.of("one process", UnaryOperator.<World>identity()),
        Arguments.of("restarted each time", (UnaryOperator<World>) World::restarted));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("processes")
  void writesAfterHalfAMinuteThenAfterFiveThenNotAnyMore(String what, UnaryOperator<World> next) {
    World first = next.apply(reset(next.apply(HELD)));
    assertThat(first.writes()).isEmpty();
    assertThat(first.after(seconds(29)).writes()).isEmpty();
    assertThat(first.after(seconds(30)).writes()).containsExactly("web/c0 " + pinned(TAG, FIRST));

    World second = next.apply(reset(next.apply(first.after(seconds(30)).reconciled())));
    assertThat(second.after(seconds(299)).writes()).isEmpty();
    assertThat(second.after(seconds(300)).writes()).hasSize(1);

    World third = next.apply(reset(next.apply(second.after(seconds(300)).reconciled())));
    assertThat(third.after(Duration.ofHours(23)).writes()).isEmpty();
    assertThat(states(third.status())).containsExactly("web/c0 Contested");
  }

  @Test
  void saysWhoAndWhenAndKeepsSayingTheSameWhileItWaits() {
    World waiting = reset(HELD);
    PinnedImageStatus status = waiting.pinnedImage().lastStatus();

    assertThat(states(status)).containsExactly("web/c0 Pending");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Patching");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
    assertThat(message(status, Ready))
        .isEqualTo(
            "Deployment web (container c0): was set back to the tag by kustomize-controller (Apply)"
                + " at 2026-03-01T13:00:00Z; the pin is written again at 2026-03-01T13:00:30Z, for"
                + " each turn is a rollout");
    assertThat(waiting.after(seconds(29)).status()).isEqualTo(status);
    assertThat(waiting.restarted().after(seconds(29)).status()).isEqualTo(status);
  }

  @Test
  void givesUpWithTheNameTheWorkloadAndTheRemedy() {
    World world = givenUp();
    PinnedImageStatus status = world.pinnedImage().lastStatus();

    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False Contested");
    assertThat(judged(status, Ready)).isEqualTo("False Contested");
    assertThat(judged(status, Stalled)).isEqualTo("True Contested");
    assertThat(message(status, Stalled))
        .startsWith(
            "Deployment web (container c0): was set back to the tag 3 times within an hour, last by"
                + " kustomize-controller (Apply) at 2026-03-01T13:05:30Z; the pin is not written any"
                + " more")
        .contains("kubectl apply --server-side -f deploy/admission.yaml")
        .contains("set the image in git to " + pinned(TAG, FIRST))
        .contains(
            "tried again before 2026-03-02T13:05:30Z: kubectl annotate pinnedimage web -n shop")
        .hasSizeLessThan(1024);
    assertThat(world.after(Duration.ofHours(23)).status()).isEqualTo(status);
    assertThat(world.restarted().after(Duration.ofHours(23)).status()).isEqualTo(status);
  }

  @Test
  void tellsOfItOnceAndNothingBefore() {
    World waiting = reset(HELD);
    World world = resets(HELD, seconds(30), seconds(300));

    assertThat(events(HELD, waiting)).isEmpty();
    assertThat(events(world, reset(world))).containsExactly("Contested");
    assertThat(events(reset(world), reset(world).after(seconds(60)).reconciled())).isEmpty();
  }

  private static List<String> events(World before, World after) {
    return Transitions.between(before.pinnedImage().lastStatus(), after.pinnedImage().lastStatus())
        .stream()
        .map(Happened::reason)
        .toList();
  }

  @Test
  void namesTheMomentOfTheNextWriteAndNoOther() {
    assertThat(HELD.plan().nextWrite()).isEmpty();
    assertThat(reset(HELD).after(seconds(10)).plan().nextWrite())
        .contains(HELD.now().plusSeconds(30));
    assertThat(reset(HELD).after(seconds(30)).plan().nextWrite()).isEmpty();
    assertThat(givenUp().plan().nextWrite()).contains(givenUp().now().plus(Duration.ofDays(1)));
  }

  @Test
  void countsAResetThatIsSeenAgainOnce() {
    World world = reset(HELD);
    for (int look = 0; look < 5; look++) {
      world = world.after(seconds(5)).reconciled();
    }

    assertThat(contests(world)).extracting(contest -> contest.resets().size()).containsExactly(1);
  }

  @Test
  void countsWhatIsSetBackAgainWhileItWaitsOnce() {
    Workload two = deployment("web", TAG, TAG);
    World held = World.of(SPEC).running(two).reconciled();
    Workload one = held.workloads().getFirst();
    Workload half =
        one.withContainers(List.of(one.containers().get(0), tagged(one, NOW).containers().get(1)));
    World waiting = held.running(half).reconciled();
    World both = reset(waiting.after(seconds(10)));

    assertThat(contests(both)).extracting(contest -> contest.resets().size()).containsExactly(1);
    assertThat(both.after(seconds(19)).writes()).isEmpty();
    assertThat(both.after(seconds(20)).writes()).hasSize(2);
  }

  @Test
  void stillMovesAnEarlierPinBesideWhatIsSetBack() {
    World moved =
        World.of(SPEC)
            .running(deployment("web", TAG, TAG))
            .reconciled()
            .tag(SECOND)
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .reconciled();
    Workload web = moved.workloads().getFirst();
    Workload mixed =
        web.withContainers(
            List.of(
                tagged(web, NOW).containers().get(0),
                web.containers().get(1).withImage(pinned(TAG, FIRST))));

    assertThat(moved.running(mixed).writes()).containsExactly("web/c1 " + pinned(TAG, SECOND));
    Workload added = deployment("web", pinned(TAG, FIRST), pinned(TAG, SECOND), TAG);
    assertThat(contests(moved.running(added).reconciled())).isEmpty();
  }

  @Test
  void countsThreeResetsThatAreFurtherApartForNothing() {
    World world = resets(HELD, seconds(30), Duration.ofMinutes(61), seconds(30));

    assertThat(reset(world).after(seconds(300)).writes()).hasSize(1);
    assertThat(states(reset(world).pinnedImage().lastStatus())).containsExactly("web/c0 Pending");
  }

  @Test
  void countsEachWorkloadForItself() {
    World held =
        World.of(SPEC)
            .running(deployment("a", TAG), deployment("b", TAG), deployment("c", TAG))
            .reconciled();
    Workload[] now = held.workloads().toArray(Workload[]::new);
    World one = held.running(tagged(now[0], NOW), now[1], now[2]).reconciled();

    assertThat(states(one.pinnedImage().lastStatus()))
        .containsExactly("a/c0 Pending", "b/c0 Pinned", "c/c0 Pinned");
    World later = one.after(seconds(20));
    World two = later.running(later.workloads().get(0), tagged(now[1], later.now()), now[2]);
    assertThat(two.reconciled().after(seconds(10)).writes())
        .containsExactly("a/c0 " + pinned(TAG, FIRST));
    assertThat(two.reconciled().plan().nextWrite()).contains(NOW.plusSeconds(30));
  }

  static Stream<Arguments> resumptions() {
    return Stream.of(
        Arguments.of("another spec", (UnaryOperator<World>) w -> w.spec(SPEC)),
        Arguments.of("look now", (UnaryOperator<World>) w -> w.requested("2")),
        Arguments.of("a day", (UnaryOperator<World>) w -> w.after(Duration.ofDays(1))),
        Arguments.of("the policy", (UnaryOperator<World>) w -> w.rewriting("Deployment")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resumptions")
  void takesUpAgainWhatWasGivenUp(String what, UnaryOperator<World> then) {
    World resumed = then.apply(givenUp());

    assertThat(resumed.writes()).containsExactly("web/c0 " + pinned(TAG, FIRST));
    assertThat(contests(resumed.reconciled())).isEmpty();
    assertThat(judged(resumed.status(), Ready)).isEqualTo("True Pinned");
    assertThat(resumed.restarted().writes()).hasSize(1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resumptions")
  void writesAtOnceWhatWasStillWaiting(String what, UnaryOperator<World> then) {
    assertThat(then.apply(reset(HELD)).writes()).hasSize(1);
  }

  @Test
  void countsFromTheBeginningAfterAResumption() {
    World again = reset(givenUp().requested("2").reconciled().after(seconds(1)));

    assertThat(contests(again)).singleElement().extracting(Contest::requestedAt).isEqualTo("2");
    assertThat(again.after(seconds(30)).writes()).hasSize(1);
  }

  @Test
  void takesNoRequestFromBeforeAndNoneThatIsGoneForANewOne() {
    World requested = HELD.requested("1").reconciled();
    World waiting = reset(requested);

    assertThat(waiting.writes()).isEmpty();
    assertThat(waiting.requested("").writes()).isEmpty();
  }

  static Stream<Arguments> noResets() {
    String own = TAG + "@" + digest("own");
    return Stream.of(
        Arguments.of(
            "a person's digest removed", HELD.running(deployment("web", own)).reconciled()),
        Arguments.of("a new workload", World.of(SPEC).reconciled()),
        Arguments.of("one that nobody had pinned", World.of(SPEC).running(deployment("web", TAG))),
        Arguments.of("a rollback taken back", rolledBack()),
        Arguments.of("another spec", HELD.spec("{image: acme/web:1.4, checkInterval: 10m}")),
        Arguments.of(
            "a moved pin",
            HELD.tag(SECOND).spec(SPEC.replace("}", ", digest: '" + digest(SECOND) + "'}"))),
        Arguments.of(
            "a pin that moves once the registry is back",
            HELD.tag(DOWN)
                .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
                .reconciled()
                .tag(SECOND)),
        Arguments.of(
            "another image", HELD.spec("{image: 'acme/web:1.5'}").reconciled().spec(SPEC)));
  }

  private static World rolledBack() {
    World moved =
        HELD.tag(SECOND)
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .reconciled()
            .after(Duration.ofHours(1));
    Workload earlier = writtenBy(deployment("web", pinned(TAG, FIRST)), "kubectl", moved.now());
    return moved.running(earlier).reconciled();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noResets")
  void pinsAtOnceWhatNobodySetBack(String what, World world) {
    Workload tagged = tagged(deployment("web", TAG), world.now());

    assertThat(world.running(tagged).writes()).hasSize(1);
    assertThat(contests(world.running(tagged).reconciled())).isEmpty();
  }

  @Test
  void pinsAtOnceWhatWasCreatedAgainUnderTheSameName() {
    Workload other = tagged(withUid(deployment("web", TAG), "uid-other"), HELD.now());

    assertThat(HELD.running(other).writes()).hasSize(1);
    assertThat(givenUp().running(other).writes()).hasSize(1);
    assertThat(contests(givenUp().running(other).reconciled())).isEmpty();
  }

  @Test
  void knowsByTheWriterWhatWasCreatedAgainWhileItWasNotRunning() {
    Writer creator = new Writer(FLUX, "Apply", HELD.now(), true);
    Workload other = withUid(deployment("web", TAG), "uid-other");
    Workload created =
        other.withContainers(other.containers().stream().map(c -> c.writtenBy(creator)).toList());

    assertThat(HELD.restarted().running(created).writes()).hasSize(1);
    assertThat(HELD.restarted().running(tagged(other, HELD.now())).writes()).isEmpty();
  }

  private static Workload withUid(Workload w, String uid) {
    return new Workload(
        w.kind(),
        w.immutable(),
        w.namespace(),
        w.name(),
        uid,
        w.labels(),
        w.ignored(),
        w.owner(),
        w.placement(),
        w.pullsWith(),
        w.containers());
  }

  @Test
  void takesWhatItWroteItselfForNobodysReset() {
    Workload ours = writtenBy(deployment("web", TAG), WorkloadRules.FIELD_MANAGER, HELD.now());

    assertThat(HELD.running(ours).writes()).hasSize(1);
  }

  @Test
  void countsAResetOfWhichManagedFieldsSayNothing() {
    World world = HELD.running(deployment("web", TAG)).reconciled();

    assertThat(world.writes()).isEmpty();
    assertThat(message(world.pinnedImage().lastStatus(), Ready)).contains("by an unknown manager");
  }

  @Test
  void isNoConcernOfKindsThatThePolicyRewrites() {
    World world = HELD.rewriting("Deployment").reconciled();
    for (int i = 0; i < 5; i++) {
      World seen = world.running(tagged(world.workloads().getFirst(), world.now()));
      assertThat(seen.writes()).hasSize(1);
      world = seen.reconciled();
    }

    assertThat(contests(world)).isEmpty();
    assertThat(reset(HELD.rewriting("StatefulSet").reconciled()).writes()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {-7200, -60, -10})
  void waitsFromNowWhereTheClockWasSetBack(int step) {
    World back = reset(HELD).after(seconds(step)).reconciled();

    assertThat(back.after(seconds(29)).writes()).isEmpty();
    assertThat(back.after(seconds(30)).writes()).hasSize(1);
    assertThat(back.after(seconds(10)).status()).isEqualTo(back.pinnedImage().lastStatus());
  }

  @Test
  void waitsFromNowWhereTheApiServersClockIsAhead() {
    Workload ahead = tagged(HELD.workloads().getFirst(), HELD.now().plusSeconds(600));
    World waiting = HELD.running(ahead).reconciled();

    assertThat(waiting.after(seconds(29)).writes()).isEmpty();
    assertThat(waiting.after(seconds(30)).writes()).hasSize(1);
  }

  @Test
  void stillGivesUpWhereTheClockGoesForward() {
    World world = resets(HELD, Duration.ofMinutes(20), Duration.ofMinutes(20));

    assertThat(states(reset(world).pinnedImage().lastStatus())).containsExactly("web/c0 Contested");
  }

  @Test
  void forgetsAfterAnHourAndIsAtRest() {
    World world = resets(HELD, seconds(30));
    assertThat(contests(world)).hasSize(1);
    World almost = world.after(Duration.ofMinutes(59)).reconciled();
    assertThat(almost.pinnedImage().lastStatus()).isEqualTo(world.pinnedImage().lastStatus());

    World over = world.after(Duration.ofMinutes(60)).reconciled();

    assertThat(contests(over)).isEmpty();
    assertThat(over.after(Duration.ofHours(1)).status())
        .isEqualTo(over.pinnedImage().lastStatus())
        .isEqualTo(over.restarted().status());
  }

  @Test
  void forgetsWhatIsGoneOrNotMatchedAnyMore() {
    Workload bumped = deployment("web", "acme/web:1.5");

    assertThat(contests(givenUp().running().reconciled())).isEmpty();
    assertThat(contests(givenUp().running(bumped).reconciled())).isEmpty();
    assertThat(contests(givenUp().running(Fixtures.ignored(deployment("web", TAG))).reconciled()))
        .isEmpty();
  }

  @Test
  void isPinnedOnceGitCarriesTheDigest() {
    World cured = givenUp().running(deployment("web", pinned(TAG, FIRST))).reconciled();

    assertThat(judged(cured.pinnedImage().lastStatus(), Ready)).isEqualTo("True Pinned");
    assertThat(contests(cured.after(Duration.ofHours(1)).reconciled())).isEmpty();
  }

  @Test
  void countsMoreThanTheStatusHasRoomFor() {
    Workload[] many =
        IntStream.range(0, 70)
            .mapToObj(i -> deployment("w%02d".formatted(i), TAG))
            .toArray(Workload[]::new);
    World world =
        reset(resets(World.of(SPEC).running(many).reconciled(), seconds(30), seconds(300)));

    assertThat(contests(world)).hasSize(50);
    assertThat(world.after(Duration.ofHours(1)).writes()).isEmpty();
    assertThat(world.after(Duration.ofHours(1)).status())
        .isEqualTo(world.pinnedImage().lastStatus());
    assertThat(world.after(Duration.ofDays(1)).writes()).hasSize(70);
  }

  @Test
  void knowsOfMoreThanTheStatusLists() {
    Workload[] many =
        IntStream.range(0, 70)
            .mapToObj(i -> deployment("w%02d".formatted(i), TAG))
            .toArray(Workload[]::new);
    World held = World.of(SPEC).running(many).reconciled();
    Workload[] last = held.workloads().toArray(Workload[]::new);
    last[69] = tagged(last[69], held.now());

    assertThat(held.running(last).writes()).isEmpty();
  }

  @Test
  void leavesWhatWasSetBackAloneUntilTheRegistryIsHeard() {
    World reset =
        HELD.running(tagged(HELD.workloads().getFirst(), HELD.now()), deployment("new", TAG));
    World later = reset.after(Duration.ofHours(1)).spec("{image: acme/web:1.4, mode: Enforce}");

    for (World world : List.of(reset, later, later.restarted())) {
      WorkloadRules rules = Planner.held(world.observation());
      assertThat(world.workloads().stream().flatMap(w -> rules.edit(w).stream()))
          .extracting(edit -> edit.workload().name())
          .containsExactly("new");
    }
  }

  @Test
  void asksForManagedFieldsOnlyWhereSomethingMayHaveBeenSetBack() {
    Workload tagged = deployment("web", TAG);

    assertThat(asks(HELD)).isFalse();
    assertThat(asks(HELD.running(tagged))).isTrue();
    assertThat(asks(HELD.restarted().running(tagged))).isTrue();
    assertThat(asks(HELD.running(deployment("new", TAG)))).isFalse();
    assertThat(asks(reset(HELD))).isFalse();
    assertThat(asks(givenUp())).isFalse();
    assertThat(asks(HELD.rewriting("Deployment").running(tagged))).isFalse();
    assertThat(asks(HELD.running(Fixtures.owned(tagged, "Rollout web")))).isFalse();
    assertThat(asks(HELD.spec("{image: acme/web:1.4, mode: Report}").running(tagged))).isFalse();
  }

  private static boolean asks(World world) {
    return world.workloads().stream().anyMatch(w -> Questions.needsWriters(world.observation(), w));
  }

  private static List<Contest> contests(World world) {
    return world.pinnedImage().lastStatus().contested();
  }
}
