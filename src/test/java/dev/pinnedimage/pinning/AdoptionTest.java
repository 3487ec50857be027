package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.inner;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.upstream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A PinnedImage without a status: re-created, restored from a backup, renamed. */
class AdoptionTest {
  /** The tag has moved on to the second; the first is still served. */
  private static final World LOST = World.of("{image: acme/web:1.4}").serving(FIRST).tag(SECOND);

  private static final Workload CARRIES_FIRST = deployment("web", pinned("acme/web:1.4", FIRST));

  static Stream<Arguments> adoptions() {
    Workload bare = deployment("bare", pinned("acme/web", FIRST));
    return Stream.of(
        Arguments.of(
            "all carry it",
            List.of(CARRIES_FIRST, deployment("b", pinned("docker.io/acme/web:1.4", FIRST))),
            FIRST),
        Arguments.of(
            "one only has the tag",
            List.of(CARRIES_FIRST, deployment("b", "acme/web:1.4")),
            SECOND),
        Arguments.of(
            "two digests",
            List.of(CARRIES_FIRST, deployment("b", pinned("acme/web:1.4", THIRD))),
            SECOND),
        Arguments.of(
            "two digests in one workload",
            List.of(deployment("b", pinned("acme/web:1.4", FIRST), pinned("acme/web:1.4", THIRD))),
            SECOND),
        Arguments.of("nobody carries any", List.of(), SECOND),
        Arguments.of(
            "another tag does not count",
            List.of(CARRIES_FIRST, deployment("b", pinned("acme/web:1.5", THIRD))),
            FIRST),
        Arguments.of(
            "another container does not count",
            List.of(deployment("b", pinned("acme/web:1.4", FIRST), "busybox")),
            FIRST),
        Arguments.of(
            "an ignored one does not count",
            List.of(CARRIES_FIRST, ignored(deployment("b", pinned("acme/web:1.4", THIRD)))),
            FIRST),
        Arguments.of("a bare digest is nobody's", List.of(bare), SECOND),
        Arguments.of(
            "no sha256",
            List.of(deployment("b", "acme/web:1.4@sha512:" + "a".repeat(128))),
            SECOND),
        Arguments.of(
            "a digest that the registry lost",
            List.of(deployment("b", "acme/web:1.4@" + digest("lost"))),
            SECOND),
        Arguments.of(
            "an inner manifest",
            List.of(deployment("b", pinned("acme/web:1.4", inner(SECOND, "linux/amd64")))),
            SECOND));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("adoptions")
  void adoptsTheOneDigestThatAllMatchedWorkloadsCarry(
      String what, List<Workload> workloads, Resolution.Resolved expected) {
    World world =
        LOST.serving(THIRD, inner(SECOND, "linux/amd64"))
            .running(workloads.toArray(Workload[]::new));

    PinnedImageStatus status = world.status();

    assertThat(pin(status).digest()).as(what).isEqualTo(digest(expected));
    assertThat(judged(status, Resolved)).isEqualTo("True Resolved");
  }

  @Test
  void writesNothingWhereEveryWorkloadCarriesTheAdoptedPin() {
    World adopted = LOST.running(CARRIES_FIRST);

    assertThat(adopted.writes()).isEmpty();
    assertThat(judged(adopted.status(), Ready)).isEqualTo("True Pinned");
    assertThat(judged(adopted.status(), TagMoved)).isEqualTo("True AwaitingApproval");
    assertThat(upstream(adopted.status()).change()).isEqualTo("ContentChanged");
  }

  @Test
  void countsOnlyWorkloadsThatTheSelectorSelects() {
    World narrowed =
        LOST.spec("{image: acme/web:1.4, workloadSelector: {matchLabels: {app: web}}}")
            .serving(THIRD)
            .running(
                labelled(CARRIES_FIRST, "app", "web"),
                deployment("b", pinned("acme/web:1.4", THIRD)));

    assertThat(pin(narrowed.status()).digest()).isEqualTo(digest(FIRST));
  }

  @Test
  void doesNotAdoptARejectedDigest() {
    World rejected =
        LOST.spec("{image: acme/web:1.4, rejectedDigests: ['" + digest(FIRST) + "']}")
            .running(CARRIES_FIRST);

    assertThat(pin(rejected.status()).digest()).isEqualTo(digest(SECOND));
  }

  @Test
  void leavesAnInnerManifestToTheUserWhoWroteIt() {
    Resolution.Resolved inner = inner(SECOND, "linux/amd64");
    World world = LOST.serving(inner).running(deployment("web", pinned("acme/web:1.4", inner)));

    assertThat(world.writes()).isEmpty();
    assertThat(states(world.status())).containsExactly("web/c0 PinnedByUser");
  }

  @Test
  void waitsForTheRegistryRatherThanTakeTheTag() {
    World down = LOST.tag(DOWN).running(CARRIES_FIRST);

    assertThat(down.status().pinned()).isNull();
    assertThat(judged(down.status(), Ready)).isEqualTo("False RegistryUnreachable");
    assertThat(pin(down.reconciled().tag(SECOND).status()).digest()).isEqualTo(digest(FIRST));
  }

  @Test
  void adoptsWhatItWroteItselfAfterTheStatusWasLost() {
    World lost =
        World.of("{image: acme/web:1.4}")
            .running(deployment("web", "acme/web:1.4"))
            .reconciled()
            .withoutStatus()
            .tag(SECOND);

    assertThat(pin(lost.status()).digest()).isEqualTo(digest(FIRST));
    assertThat(lost.status().history()).isEmpty();
  }

  @Test
  void adoptsABareDigestWhereThatIsTheFormAndNobodyElsePinsTheRepository() {
    World bare =
        LOST.spec("{image: acme/web:1.4, form: DigestOnly}")
            .running(deployment("web", pinned("acme/web", FIRST)));

    assertThat(pin(bare.status()).digest()).isEqualTo(digest(FIRST));
    assertThat(states(bare.status())).containsExactly("web/c0 Pinned");
  }

  @Test
  void cannotTellWhoseABareDigestIsWherePeersPinTheSameRepository() {
    World bare =
        LOST.spec("{image: acme/web:1.4, form: DigestOnly}")
            .beside(pinnedImage("next", "2026-02-01T00:00:00Z", "{image: 'acme/web:1.5'}"))
            .running(deployment("web", pinned("acme/web", FIRST)));

    assertThat(pin(bare.status()).digest()).isEqualTo(digest(SECOND));
    assertThat(bare.writes()).isEmpty();
  }
}
