package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.IMAGE;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.index;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static dev.pinnedimage.pinning.Fixtures.upstream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FirstPinTest {
  private static final World WEB =
      World.of("{image: acme/web:1.4}").running(deployment("web", "acme/web:1.4"));

  @Test
  void trustsTheFirstDigestThatTheTagResolvesTo() {
    World after = WEB.reconciled();
    PinnedImageStatus status = after.pinnedImage().lastStatus();

    assertThat(pin(status))
        .isEqualTo(
            new Pinned(
                digest(FIRST),
                IMAGE + "@" + digest(FIRST),
                "application/vnd.oci.image.index.v1+json",
                FIRST.platforms().stream().map(Object::toString).toList(),
                "2026-03-01T12:00:00Z",
                FIRST.digest().shortForm()));
    assertThat(upstream(status))
        .isEqualTo(
            new Upstream(
                digest(FIRST),
                "application/vnd.oci.image.index.v1+json",
                pin(status).platforms(),
                "2026-03-01T12:00:00Z",
                FIRST.digest().shortForm(),
                null));
    assertThat(WEB.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(states(status)).containsExactly("web/c0 Pinned");
    assertThat(status.history()).isEmpty();
  }

  @Test
  void saysOfAFirstPinThatAllIsWell() {
    PinnedImageStatus status = WEB.status();

    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, Resolved)).isEqualTo("True Resolved");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("True Covered");
    assertThat(judged(status, TagMoved)).isEqualTo("False UpToDate");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True AllPinned");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
  }

  @Test
  void pinsBeforeThereIsAnyWorkload() {
    PinnedImageStatus status = WEB.running().status();

    assertThat(pin(status).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(status, Ready)).isEqualTo("True NoWorkloads");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True NoWorkloads");
  }

  @Test
  void holdsThePinWhenTheTagMoves() {
    World moved = WEB.reconciled().tag(SECOND).after(Duration.ofMinutes(5));

    assertThat(moved.writes()).isEmpty();
    assertThat(pin(moved.status()).digest()).isEqualTo(digest(FIRST));
    assertThat(pin(moved.status()).since()).isEqualTo("2026-03-01T12:00:00Z");
  }

  @Test
  void neverPinsAPlainManifest() {
    World single = WEB.tag(AMD64_ONLY);
    PinnedImageStatus status = single.status();

    assertThat(single.writes()).isEmpty();
    assertThat(status.pinned()).isNull();
    assertThat(judged(status, Ready)).isEqualTo("False NotMultiArch");
    assertThat(judged(status, Resolved)).isEqualTo("True Resolved");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("False NotMultiArch");
    assertThat(judged(status, TagMoved)).isEqualTo("Unknown NotMultiArch");
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False NotMultiArch");
    assertThat(judged(status, Stalled)).isEqualTo("True NotMultiArch");
    assertThat(message(status, Stalled))
        .contains("acme/web:1.4", digest(AMD64_ONLY), "plain manifest for linux/amd64")
        .contains("linux/arm64 (node arm-1) is needed")
        .contains("spec.singlePlatform: Allow");
    assertThat(states(status)).containsExactly("web/c0 Pending");
    assertThat(upstream(status).digest()).isEqualTo(digest(AMD64_ONLY));
  }

  @Test
  void takesAnIndexOfOneImageAndItsAttestationForWhatItIs() {
    PinnedImageStatus status = WEB.tag(index("one", "linux/amd64")).status();

    assertThat(status.pinned()).isNull();
    assertThat(judged(status, PlatformsCovered)).isEqualTo("False NotMultiArch");
    assertThat(message(status, PlatformsCovered))
        .contains("is an index with one image only, for linux/amd64");
  }

  @Test
  void pinsASinglePlatformWhereThatIsAllowedAndCovers() {
    World allowed =
        World.of("{image: acme/web:1.4, singlePlatform: Allow}")
            .tag(AMD64_ONLY)
            .on(node("amd-1", "linux/amd64"))
            .running(deployment("web", "acme/web:1.4"));

    assertThat(allowed.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", AMD64_ONLY));
    assertThat(judged(allowed.status(), Ready)).isEqualTo("True Pinned");
  }

  @Test
  void refusesAnAllowedSinglePlatformThatTheNodesCouldNotRun() {
    PinnedImageStatus status =
        World.of("{image: acme/web:1.4, singlePlatform: Allow}").tag(AMD64_ONLY).status();

    assertThat(status.pinned()).isNull();
    assertThat(judged(status, PlatformsCovered)).isEqualTo("False PlatformMissing");
  }

  @Test
  void refusesAnIndexThatLacksAPlatformAndNamesItAndTheNode() {
    PinnedImageStatus status = WEB.tag(index("x", "linux/amd64", "linux/s390x")).status();

    assertThat(status.pinned()).isNull();
    assertThat(judged(status, Ready)).isEqualTo("False PlatformMissing");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("False PlatformMissing");
    assertThat(judged(status, Stalled)).isEqualTo("True PlatformMissing");
    assertThat(message(status, PlatformsCovered))
        .contains("lacks linux/arm64 (node arm-1): it carries linux/amd64, linux/s390x")
        .contains("nothing was written");
  }

  @Test
  void pinsWhatLacksAPlatformWhereThePolicyOnlyWarnsAndSaysSo() {
    World warned =
        World.of("{image: acme/web:1.4, platformPolicy: Warn}")
            .tag(index("x", "linux/amd64", "linux/s390x"))
            .running(deployment("web", "acme/web:1.4"));
    PinnedImageStatus status = warned.status();

    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("True PolicyWarn");
    assertThat(message(status, PlatformsCovered))
        .contains("lacks linux/arm64 (node arm-1)", "pinned all the same");
  }

  @Test
  void aWarningPolicyDoesNotAllowASinglePlatform() {
    PinnedImageStatus status =
        World.of("{image: acme/web:1.4, platformPolicy: Warn}").tag(AMD64_ONLY).status();

    assertThat(judged(status, Ready)).isEqualTo("False NotMultiArch");
  }

  @Test
  void neverPinsARejectedDigestFromTheTag() {
    World rejected =
        World.of("{image: acme/web:1.4, rejectedDigests: ['" + digest(FIRST) + "']}")
            .running(deployment("web", "acme/web:1.4"));
    PinnedImageStatus status = rejected.status();

    assertThat(rejected.writes()).isEmpty();
    assertThat(judged(status, Ready)).isEqualTo("False CandidateRejected");
    assertThat(judged(status, TagMoved)).isEqualTo("Unknown CandidateRejected");
    assertThat(message(status, Ready)).contains(digest(FIRST), "spec.rejectedDigests");
  }

  @Test
  void saysOfUpstreamsPlatformsWhileNothingIsPinned() {
    PinnedImageStatus status =
        World.of("{image: acme/web:1.4, rejectedDigests: ['" + digest(FIRST) + "']}").status();

    assertThat(judged(status, PlatformsCovered)).isEqualTo("True Covered");
    assertThat(message(status, PlatformsCovered)).contains(digest(FIRST), "linux/amd64");
  }

  @Test
  void pinsOnceTheTagIsRepaired() {
    World repaired = WEB.tag(AMD64_ONLY).reconciled().tag(FIRST);

    assertThat(repaired.writes()).containsExactly("web/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(judged(repaired.status(), Stalled)).isEqualTo("absent");
  }
}
