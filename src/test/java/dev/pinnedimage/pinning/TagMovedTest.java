package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
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
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.upstream;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.Resolution;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TagMovedTest {
  private static final World HELD =
      World.of("{image: acme/web:1.4}")
          .running(deployment("web", "acme/web:1.4"))
          .reconciled()
          .after(Duration.ofHours(1));

  @Test
  void saysWhatMovedSinceWhenAndHowToApproveIt() {
    PinnedImageStatus status = HELD.tag(SECOND).status();

    assertThat(judged(status, TagMoved)).isEqualTo("True AwaitingApproval");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
    assertThat(message(status, TagMoved))
        .isEqualTo(
            "acme/web:1.4 points at %s since 2026-03-01T13:00:00Z, the pin is %s (ContentChanged);"
                    .formatted(digest(SECOND), digest(FIRST))
                + " approve with: kubectl patch pinnedimage web -n shop --type merge -p"
                + " '{\"spec\":{\"digest\":\"%s\"}}'".formatted(digest(SECOND)));
  }

  @Test
  void countsFromTheMomentThatItFirstSawTheTagOnTheDigest() {
    World moved = HELD.tag(SECOND).reconciled().after(Duration.ofDays(2));

    assertThat(upstream(moved.status()).since()).isEqualTo("2026-03-01T13:00:00Z");
    assertThat(upstream(moved.tag(DOWN).status()).since()).isEqualTo("2026-03-01T13:00:00Z");
    assertThat(upstream(moved.tag(THIRD).status()).since()).isEqualTo("2026-03-03T13:00:00Z");
  }

  @Test
  void isUpToDateAgainWhenTheTagMovesBack() {
    PinnedImageStatus status = HELD.tag(SECOND).reconciled().tag(FIRST).status();

    assertThat(judged(status, TagMoved)).isEqualTo("False UpToDate");
    assertThat(upstream(status).change()).isNull();
  }

  private static void isRejected(World world, String why) {
    PinnedImageStatus status = world.status();
    assertThat(judged(status, TagMoved)).isEqualTo("True CandidateRejected");
    assertThat(message(status, TagMoved)).contains(why).doesNotContain("approve with");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("True Covered");
    assertThat(judged(status, Stalled)).isEqualTo("absent");
  }

  @Test
  void doesNotOfferASinglePlatformForApproval() {
    isRejected(HELD.tag(AMD64_ONLY), "is a plain manifest for linux/amd64 and no index");
  }

  @Test
  void doesNotOfferAnIndexThatLacksAPlatform() {
    isRejected(
        HELD.tag(index("x", "linux/amd64", "linux/s390x")), "lacks linux/arm64 (node arm-1)");
  }

  @Test
  void doesNotOfferAnInnerManifestThatTheTagWasPutOn() {
    Resolution.Resolved inner = inner(FIRST, "linux/amd64");

    isRejected(HELD.tag(inner), "only the linux/amd64 manifest inside the index " + digest(FIRST));
  }

  @Test
  void reportsATagThatRestsOnARejectedDigest() {
    isRejected(
        HELD.tag(SECOND).spec("{image: acme/web:1.4, rejectedDigests: ['" + digest(SECOND) + "']}"),
        "is one of spec.rejectedDigests");
  }

  @ParameterizedTest(name = "{2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "linux/amd64=a linux/arm64=b | linux/amd64=a linux/arm64=b | MetadataOnly",
        "linux/amd64=a linux/arm64=b | linux/arm64=b linux/amd64=a | MetadataOnly",
        "linux/amd64=a linux/arm64=b | linux/amd64=A linux/arm64=b | ContentChanged",
        "linux/amd64=a linux/arm64=b | linux/amd64=A linux/arm64=B | ContentChanged",
        "linux/amd64=a linux/arm64=b | linux/amd64=b linux/arm64=a | ContentChanged",
        "linux/amd64=a | linux/amd64=a linux/arm64=b | PlatformAdded (linux/arm64)",
        "linux/amd64=a linux/arm64=b | linux/amd64=a | PlatformRemoved (linux/arm64)",
        "linux/amd64=a linux/arm64=b | linux/s390x=a | PlatformAdded (linux/s390x), PlatformRemoved"
            + " (linux/amd64, linux/arm64)",
        "linux/amd64=a linux/arm64=b | linux/amd64=A linux/s390x=c | ContentChanged, PlatformAdded"
            + " (linux/s390x), PlatformRemoved (linux/arm64)",
        "linux/amd64=a linux/arm64=b | linux/amd64=a linux/arm64/v8=b | MetadataOnly",
        "linux/amd64=a linux/amd64=b | linux/amd64=b linux/amd64=a | MetadataOnly",
        "linux/amd64=a linux/amd64=b | linux/amd64=a | ContentChanged",
      })
  void tellsWhatChangedByTheRunnableChildren(String before, String after, String change) {
    assertThat(Change.between(index("before", before.split(" ")), index("after", after.split(" "))))
        .isEqualTo(change);
  }

  @Test
  void keepsTheLastWordOnTheChangeWhileThePinCannotBeRead() {
    World moved = HELD.tag(SECOND).reconciled();
    World unread =
        new World(
            moved.pinnedImage(),
            moved.now(),
            SECOND,
            Map.of(),
            moved.workloads(),
            moved.nodes(),
            moved.peers());

    assertThat(upstream(unread.status()).change()).isEqualTo("ContentChanged");
  }

  @Test
  void tellsTheChangeFromTheNewPinAfterAnApproval() {
    Resolution.Resolved rebuilt =
        index("rebuilt", "linux/amd64=second linux/amd64", "linux/arm64=second linux/arm64");
    World moved = HELD.tag(SECOND).reconciled().tag(rebuilt).reconciled();
    assertThat(upstream(moved.pinnedImage().lastStatus()).change()).isEqualTo("ContentChanged");

    PinnedImageStatus status =
        moved.spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}").status();

    assertThat(pin(status).digest()).isEqualTo(digest(SECOND));
    assertThat(upstream(status).change()).isEqualTo("MetadataOnly");
  }
}
