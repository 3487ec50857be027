package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.states;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two PinnedImages claim the image of one workload; this one is called web. */
class ConflictTest {
  private static final String OLDER = "2025-12-31T23:59:59Z";
  private static final String SAME = "2026-01-01T00:00:00Z";
  private static final String YOUNGER = "2026-01-01T00:00:01Z";
  private static final World WEB =
      World.of("{image: acme/web:1.4}").running(deployment("web", "acme/web:1.4"));

  private static boolean loses(World world) {
    boolean lost = judged(world.status(), WorkloadsPinned).equals("False Conflict");
    assertThat(world.writes().isEmpty()).isEqualTo(lost);
    return lost;
  }

  @ParameterizedTest
  @CsvSource({
    "zzz, " + OLDER + ", true",
    "aaa, " + OLDER + ", true",
    "aaa, " + SAME + ", true",
    "zzz, " + SAME + ", false",
    "aaa, " + YOUNGER + ", false",
  })
  void theOlderWinsByCreationThenByName(String name, String created, boolean peerWins) {
    assertThat(loses(WEB.beside(pinnedImage(name, created, "{image: 'acme/web:1.4'}"))))
        .isEqualTo(peerWins);
  }

  @Test
  void theLoserWritesNothingAndNamesTheWinner() {
    World lost = WEB.beside(pinnedImage("older", OLDER, "{image: 'docker.io/acme/web:1.4'}"));
    PinnedImageStatus status = lost.status();

    assertThat(judged(status, Ready)).isEqualTo("False Conflict");
    assertThat(judged(status, Stalled)).isEqualTo("True Conflict");
    assertThat(states(status)).containsExactly("web/c0 Pending");
    assertThat(message(status, WorkloadsPinned))
        .contains("Deployment web (container c0)", "the older PinnedImage older claims this image")
        .contains("spec.workloadSelector");
  }

  @Test
  void aConflictStandsWhereTheWinnerPinnedTheSameDigest() {
    World lost =
        WEB.running(deployment("web", pinned("acme/web:1.4", FIRST)))
            .beside(pinnedImage("older", OLDER, "{image: 'acme/web:1.4'}"));

    assertThat(loses(lost)).isTrue();
    assertThat(states(lost.status())).containsExactly("web/c0 Pinned");
  }

  @Test
  void theOldestOfSeveralIsNamed() {
    World lost =
        WEB.beside(
            pinnedImage("second", OLDER, "{image: 'acme/web:1.4'}"),
            pinnedImage("oldest", "2025-01-01T00:00:00Z", "{image: 'acme/web:1.4'}"));

    assertThat(message(lost.status(), WorkloadsPinned)).contains("PinnedImage oldest claims");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{image: 'acme/web:1.4', workloadSelector: {matchLabels: {app: shop}}} | false",
        "{image: 'acme/web:1.4', workloadSelector: {matchLabels: {app: web}}} | true",
        "{image: 'acme/web:1.4', mode: Report} | false",
        "{image: 'acme/web:1.4', suspend: true} | true",
        "{image: 'acme/web:1.5'} | false",
        "{image: 'no reference'} | false",
      })
  void onlyAPeerThatDecidesWhatTheWorkloadRunsClaimsIt(String peer, boolean claims) {
    World world =
        WEB.running(labelled(deployment("web", "acme/web:1.4"), "app", "web"))
            .beside(pinnedImage("older", OLDER, peer));

    assertThat(loses(world)).isEqualTo(claims);
  }

  @Test
  void aPeerThatIsBeingDeletedClaimsNothing() {
    PinnedImage leaving = pinnedImage("older", OLDER, "{image: 'acme/web:1.4'}");
    leaving.getMetadata().setDeletionTimestamp(OLDER);

    assertThat(loses(WEB.beside(leaving))).isFalse();
  }

  @Test
  void whoOnlyReportsIsInNobodysWay() {
    World report =
        WEB.spec("{image: acme/web:1.4, mode: Report}")
            .beside(pinnedImage("older", OLDER, "{image: 'acme/web:1.4'}"));

    assertThat(judged(report.status(), WorkloadsPinned)).isEqualTo("True ReportOnly");
  }

  @Test
  void thereIsNoConflictAboutAWorkloadThatOptedOut() {
    World world =
        WEB.running(ignored(deployment("web", "acme/web:1.4")))
            .beside(pinnedImage("older", OLDER, "{image: 'acme/web:1.4'}"));

    assertThat(states(world.status())).containsExactly("web/c0 Ignored");
    assertThat(judged(world.status(), WorkloadsPinned)).isEqualTo("True NoWorkloads");
  }

  @Test
  void pinsTheWorkloadsThatThePeerDoesNotClaim() {
    World world =
        WEB.running(
                labelled(deployment("mine", "acme/web:1.4"), "app", "mine"),
                labelled(deployment("theirs", "acme/web:1.4"), "app", "theirs"))
            .beside(
                pinnedImage(
                    "older",
                    OLDER,
                    "{image: 'acme/web:1.4', workloadSelector: {matchLabels: {app: theirs}}}"));

    assertThat(world.writes()).containsExactly("mine/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(judged(world.status(), WorkloadsPinned)).isEqualTo("False Conflict");
    assertThat(states(world.status())).containsExactly("theirs/c0 Pending", "mine/c0 Pinned");
  }

  @Test
  void resumesOnceTheWinnerIsGone() {
    World alone =
        WEB.beside(pinnedImage("older", OLDER, "{image: 'acme/web:1.4'}")).reconciled().beside();

    assertThat(judged(alone.status(), Stalled)).isEqualTo("absent");
    assertThat(judged(alone.status(), Ready)).isEqualTo("True Pinned");
  }
}
