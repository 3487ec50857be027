package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.immutable;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.owned;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes back to the tag when a PinnedImage is deleted, and what is somebody else's by then. */
class RestoreRulesTest {
  private static final String SPEC = "{image: acme/web:1.4, deletionPolicy: Restore}";
  private static final String YOUNGER = "2026-02-01T00:00:00Z";
  private static final World PINNED = World.of(SPEC).reconciled();

  /** The pin moved from the first to the second one hour ago. */
  private static final World MOVED =
      PINNED
          .tag(SECOND)
          .after(Duration.ofHours(1))
          .spec(
              "{image: acme/web:1.4, deletionPolicy: Restore, digest: '%s'}"
                  .formatted(digest(SECOND)))
          .reconciled()
          .after(Duration.ofHours(1));

  private static List<String> restored(World world) {
    return RestoreRules.holder(world.pinnedImage()).stream()
        .map(holder -> RestoreRules.of(world.observation(holder, false)))
        .flatMap(rules -> rules.edits().stream())
        .flatMap(edit ->
            edit.replacements().stream()
                .map(r -> edit.workload().name() + "/" + r.container().name() + " " + r.image()))
        .toList();
  }

  private static Workload carrying(String... images) {
    return deployment(
        "web", List.of(images).stream().map(i -> pinned(i, FIRST)).toArray(String[]::new));
  }

  @Test
  void thePinGoesBackToTheTagInItsAuthorsSpelling() {
    World world =
        PINNED.running(
            carrying("acme/web:1.4", "docker.io/acme/web:1.4", "index.docker.io/acme/web:1.4"));

    assertThat(restored(world))
        .containsExactly(
            "web/c0 acme/web:1.4",
            "web/c1 docker.io/acme/web:1.4",
            "web/c2 index.docker.io/acme/web:1.4");
  }

  @Test
  void theHostThatAnAliasNamesStays() {
    Container alias =
        new Container(
                "c0", "/spec/template/spec/containers/0", "m.example/acme/web:1.4@" + digest(FIRST))
            .meaning(pinned("docker.io/acme/web:1.4", FIRST));
    World world = PINNED.running(deployment("web").withContainers(List.of(alias)));

    assertThat(restored(world)).containsExactly("web/c0 m.example/acme/web:1.4");
  }

  @Test
  void aDigestWithoutATagGetsTheTagOfThePin() {
    assertThat(restored(PINNED.running(carrying("acme/web"))))
        .containsExactly("web/c0 acme/web:1.4");
  }

  @Test
  void anImageVolumeGoesBackLikeAContainer() {
    Container volume =
        Container.imageVolume(
            "data", "/spec/template/spec/volumes/0", pinned("acme/web:1.4", FIRST));
    World world = PINNED.running(deployment("web").withContainers(List.of(volume)));

    assertThat(restored(world)).containsExactly("web/data acme/web:1.4");
  }

  @Test
  void oneEditHoldsAllOfAWorkloadAndAPatchWritesIt() {
    World world = PINNED.running(carrying("acme/web:1.4", "acme/web:1.4"));
    PinnedImage holder = RestoreRules.holder(world.pinnedImage()).orElseThrow();

    assertThat(RestoreRules.of(world.observation(holder, false)).edits())
        .singleElement()
        .satisfies(edit -> {
          assertThat(edit.replacements()).hasSize(2);
          assertThat(edit.byAdmission()).isFalse();
        });
  }

  @Test
  void anEarlierPinThatWaitsToBeReplacedGoesBackToo() {
    Workload waiting = writtenBy(carrying("acme/web:1.4"), WorkloadRules.FIELD_MANAGER, NOW);

    assertThat(restored(MOVED.running(waiting))).containsExactly("web/c0 acme/web:1.4");
  }

  @Test
  void aPersonsRollbackStays() {
    Workload rolledBack =
        writtenBy(carrying("acme/web:1.4"), "kubectl-rollout", NOW.plus(Duration.ofMinutes(90)));

    assertThat(restored(MOVED.running(rolledBack))).isEmpty();
  }

  @Test
  void whatSomebodyChangedMeanwhileStays() {
    World world =
        PINNED.running(
            deployment(
                "web",
                "acme/web:1.4",
                "acme/web:1.5",
                pinned("acme/web:1.4", THIRD),
                pinned("acme/web:1.5", FIRST),
                pinned("acme/other:1.4", FIRST),
                "no reference"));

    assertThat(restored(world)).isEmpty();
  }

  @Test
  void aDigestThatIsApprovedButWasNeverThePinStays() {
    World world =
        World.of("{image: acme/web:1.4, digest: '%s'}".formatted(digest(FIRST)))
            .reconciled()
            .spec("{image: acme/web:1.4, digest: '%s'}".formatted(digest(THIRD)))
            .running(deployment("web", pinned("acme/web:1.4", THIRD)));

    assertThat(restored(world)).isEmpty();
  }

  @Test
  void whatWasNeverOursToWriteStays() {
    Workload web = carrying("acme/web:1.4");

    assertThat(restored(PINNED.running(ignored(web)))).isEmpty();
    assertThat(restored(PINNED.running(owned(web, "Rollout web")))).isEmpty();
    assertThat(restored(PINNED.running(immutable(web)))).isEmpty();
    assertThat(
            restored(
                PINNED
                    .spec("{image: acme/web:1.4, workloadSelector: {matchLabels: {app: web}}}")
                    .running(web, labelled(carrying("acme/web:1.4"), "app", "web"))))
        .hasSize(1);
  }

  @Test
  void reportModeWritesNothingEvenThen() {
    World report = PINNED.spec("{image: acme/web:1.4, mode: Report, deletionPolicy: Restore}");

    assertThat(restored(report.running(carrying("acme/web:1.4")))).isEmpty();
    World enforced = PINNED.running(carrying("acme/web:1.4"));
    PinnedImage holder = RestoreRules.holder(enforced.pinnedImage()).orElseThrow();
    assertThat(RestoreRules.of(enforced.observation(holder, true)).edits()).isEmpty();
  }

  @Test
  void whereNothingWasPinnedThereIsNothingToRestore() {
    assertThat(restored(World.of(SPEC).running(carrying("acme/web:1.4")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{image: 'acme/web:2'}", "{image: 'no reference'}", "{suspend: true}"})
  void thePinOnRecordCountsWhateverTheSpecSaysByNow(String spec) {
    World world = PINNED.spec(spec).running(carrying("acme/web:1.4"));

    assertThat(restored(world)).containsExactly("web/c0 acme/web:1.4");
  }

  @Test
  void aWorkloadThatALivePeerHoldsToTheSameDigestIsLeftToIt() {
    PinnedImage peer = peer("{image: 'acme/web:1.4'}", FIRST);
    World world = PINNED.running(carrying("acme/web:1.4"));

    assertThat(restored(world.beside(peer))).isEmpty();
    peer.getMetadata().setDeletionTimestamp(YOUNGER);
    assertThat(restored(world.beside(peer))).hasSize(1);
  }

  @Test
  void aPeerWithoutAPinMayAdoptTheDigest() {
    World world = PINNED.running(carrying("acme/web:1.4"));

    assertThat(restored(world.beside(pinnedImage("new", YOUNGER, "{image: 'acme/web:1.4'}"))))
        .isEmpty();
  }

  @Test
  void aPeerWithAnotherPinTakesOverFromTheTag() {
    World world = PINNED.running(carrying("acme/web:1.4"));

    assertThat(restored(world.beside(peer("{image: 'acme/web:1.4'}", SECOND)))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{image: 'acme/web:1.4', mode: Report}",
        "{image: 'acme/web:1.5'}",
        "{image: 'acme/web:1.4', workloadSelector: {matchLabels: {app: other}}}"
      })
  void aPeerThatDoesNotHoldTheWorkloadCountsForNothing(String peer) {
    World world = PINNED.running(carrying("acme/web:1.4"));

    assertThat(restored(world.beside(peer(peer, FIRST)))).hasSize(1);
  }

  @Test
  void thinksAgainOfAWorkloadThatChangedBeforeItWasPatched() {
    World world = PINNED.running(carrying("acme/web:1.4"));
    PinnedImage holder = RestoreRules.holder(world.pinnedImage()).orElseThrow();
    RestoreRules rules = RestoreRules.of(world.observation(holder, false));

    assertThat(rules.edit(deployment("web", "acme/web:1.4"))).isEmpty();
    assertThat(rules.edit(deployment("web", pinned("acme/web:1.4", THIRD)))).isEmpty();
    assertThat(rules.edit(carrying("acme/web:1.4"))).isPresent();
  }

  private static PinnedImage peer(String spec, Resolved pin) {
    PinnedImage peer = pinnedImage("younger", YOUNGER, spec);
    peer.setStatus(World.of("{image: acme/web:1.4}").tag(pin).status());
    return peer;
  }
}
