package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.index;
import static dev.pinnedimage.pinning.Fixtures.inner;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.upstream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import dev.pinnedimage.image.Resolution;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApprovalTest {
  private static final World HELD =
      World.of("{image: acme/web:1.4}")
          .running(deployment("web", "acme/web:1.4"))
          .reconciled()
          .tag(SECOND)
          .reconciled()
          .after(Duration.ofHours(1));

  private static World approving(World world, Resolution.Resolved approved) {
    return world.spec("{image: acme/web:1.4, digest: '" + digest(approved) + "'}");
  }

  @Test
  void movesThePinToTheApprovedDigest() {
    World approved = approving(HELD, SECOND);
    PinnedImageStatus status = approved.status();

    assertThat(approved.plan().pinMoved()).isTrue();
    assertThat(approved.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", SECOND));
    assertThat(pin(status).digest()).isEqualTo(digest(SECOND));
    assertThat(pin(status).since()).isEqualTo("2026-03-01T13:00:00Z");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, TagMoved)).isEqualTo("False UpToDate");
    assertThat(upstream(status).change()).isNull();
    assertThat(status.history())
        .containsExactly(
            new PastPin(digest(FIRST), "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "Approved"));
  }

  @Test
  void rollsBackByTheSameEditBackwards() {
    World back = approving(approving(HELD, SECOND).reconciled().after(Duration.ofHours(1)), FIRST);
    PinnedImageStatus status = back.status();

    assertThat(back.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(status, TagMoved)).isEqualTo("True AwaitingApproval");
    assertThat(status.history())
        .extracting(PastPin::reason)
        .containsExactly("RolledBack", "Approved");
  }

  @Test
  void pinsTheApprovedDigestAtOnceWhereNothingWasPinned() {
    World fresh =
        World.of("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .serving(SECOND)
            .running(deployment("web", "acme/web:1.4"));

    assertThat(fresh.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", SECOND));
    assertThat(judged(fresh.status(), TagMoved)).isEqualTo("True AwaitingApproval");
  }

  @Test
  void anApprovalOutranksTheDigestThatWorkloadsCarry() {
    World fresh =
        World.of("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .serving(SECOND)
            .running(deployment("web", pinned("acme/web:1.4", FIRST)));

    assertThat(pin(fresh.status()).digest()).isEqualTo(digest(SECOND));
  }

  @Test
  void doesNotVerifyAgainWhatIsPinnedAlready() {
    World approved = approving(HELD, SECOND).reconciled();

    assertThat(approved.observation().answers().candidate()).isNull();
    assertThat(approved.plan().pinMoved()).isFalse();
  }

  @Test
  void keepsThePinWhenTheApprovalIsRemoved() {
    World removed = approving(HELD, SECOND).reconciled().tag(THIRD).spec("{image: acme/web:1.4}");

    assertThat(removed.writes()).isEmpty();
    assertThat(pin(removed.status()).digest()).isEqualTo(digest(SECOND));
    assertThat(removed.status().history()).hasSize(1);
  }

  private static void isRefused(World refused, String reason) {
    PinnedImageStatus status = refused.status();
    assertThat(refused.writes()).isEmpty();
    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(status.history()).isEmpty();
    assertThat(judged(status, Ready)).isEqualTo("False " + reason);
  }

  @Test
  void refusesADigestThatTheRegistryDoesNotHave() {
    World refused = HELD.spec("{image: acme/web:1.4, digest: '" + digest("nowhere") + "'}");

    isRefused(refused, "PinnedDigestGone");
    assertThat(judged(refused.status(), Resolved)).isEqualTo("False PinnedDigestGone");
    assertThat(message(refused.status(), Resolved))
        .contains(digest("nowhere"), FIRST.digest().shortForm(), "is held");
  }

  @ParameterizedTest
  @CsvSource({"Reject", "Allow"})
  void refusesAnInnerManifestOfTheUpstreamIndexWhateverIsAllowed(String singlePlatform) {
    Resolution.Resolved inner = inner(SECOND, "linux/amd64");
    World refused =
        HELD.serving(inner)
            .on(node("amd-1", "linux/amd64"))
            .spec(
                "{image: acme/web:1.4, singlePlatform: %s, digest: '%s'}"
                    .formatted(singlePlatform, digest(inner)));

    isRefused(refused, "NotMultiArch");
    assertThat(judged(refused.status(), Stalled)).isEqualTo("True NotMultiArch");
    assertThat(message(refused.status(), Ready))
        .contains("spec.digest " + digest(inner))
        .contains("only the linux/amd64 manifest inside the index " + digest(SECOND));
  }

  @Test
  void refusesAnInnerManifestOfThePinnedIndexToo() {
    Resolution.Resolved inner = inner(FIRST, "linux/arm64");
    World refused = approving(HELD.serving(inner), inner);

    isRefused(refused, "NotMultiArch");
    assertThat(message(refused.status(), Ready))
        .contains("only the linux/arm64 manifest inside the index " + digest(FIRST));
  }

  @Test
  void refusesASinglePlatform() {
    isRefused(approving(HELD.serving(AMD64_ONLY), AMD64_ONLY), "NotMultiArch");
  }

  @Test
  void refusesAnIndexOfOneImageAndItsAttestation() {
    Resolution.Resolved one = index("one", "linux/amd64");

    isRefused(approving(HELD.serving(one), one), "NotMultiArch");
  }

  @Test
  void refusesAnIndexThatLacksAPlatform() {
    Resolution.Resolved lacking = index("lacking", "linux/amd64", "linux/s390x");
    World refused = approving(HELD.serving(lacking), lacking);

    isRefused(refused, "PlatformMissing");
    assertThat(judged(refused.status(), PlatformsCovered)).isEqualTo("False PlatformMissing");
    assertThat(message(refused.status(), PlatformsCovered))
        .contains("lacks linux/arm64 (node arm-1)", "the pin " + FIRST.digest().shortForm())
        .contains("stays");
  }

  @Test
  void waitsForARegistryThatCannotBeAskedForTheApprovedDigest() {
    World waiting = approving(HELD.tag(DOWN), SECOND);
    PinnedImageStatus status = waiting.status();

    assertThat(waiting.writes()).isEmpty();
    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(status, Ready)).isEqualTo("Unknown RegistryUnreachable");
    assertThat(judged(status, Resolved)).isEqualTo("Unknown RegistryUnreachable");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("True Covered");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
  }

  @Test
  void keepsToAnApprovalThatIsRefusedAndNeverTakesTheTagInstead() {
    World fresh =
        World.of("{image: acme/web:1.4, digest: '" + digest("nowhere") + "'}")
            .running(deployment("web", "acme/web:1.4"));

    assertThat(fresh.writes()).isEmpty();
    assertThat(fresh.status().pinned()).isNull();
    assertThat(judged(fresh.status(), Ready)).isEqualTo("False PinnedDigestGone");
  }
}
