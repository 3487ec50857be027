package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.IMAGE;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageChangedTest {
  private static final World HELD =
      World.of("{image: acme/web:1.4}")
          .running(deployment("web", "acme/web:1.4"))
          .reconciled()
          .after(Duration.ofHours(1));

  @ParameterizedTest
  @CsvSource({"acme/web:1.5", "acme/shop:1.4", "quay.io/acme/web:1.4"})
  void startsANewPin(String image) {
    World changed =
        HELD.spec("{image: '" + image + "'}").tag(SECOND).running(deployment("web", image));
    PinnedImageStatus status = changed.status();

    assertThat(changed.writes()).containsExactly("web/c0 " + pinned(image, SECOND));
    assertThat(pin(status).digest()).isEqualTo(digest(SECOND));
    assertThat(pin(status).reference()).endsWith(image + "@" + digest(SECOND));
    assertThat(status.history())
        .containsExactly(
            new PastPin(
                digest(FIRST), "2026-03-01T12:00:00Z", "2026-03-01T13:00:00Z", "ImageChanged"));
  }

  @Test
  void anotherSpellingOfTheSameTagIsNoChange() {
    World respelled = HELD.spec("{image: 'index.docker.io/acme/web:1.4'}").tag(SECOND);

    assertThat(respelled.plan().pinMoved()).isFalse();
    assertThat(pin(respelled.status()).digest()).isEqualTo(digest(FIRST));
  }

  @ParameterizedTest
  @CsvSource({
    "acme/web:1.5, true",
    "acme/web:1.5, false",
    "acme/shop:1.4, true",
    "acme/shop:1.4, false",
  })
  void neverWritesTheOldBytesUnderTheNewName(String image, boolean isDown) {
    World unresolved =
        HELD.spec("{image: '" + image + "'}")
            .tag(isDown ? DOWN : AMD64_ONLY)
            .running(deployment("web", image), deployment("old", pinned("acme/web", FIRST)));
    PinnedImageStatus status = unresolved.status();

    assertThat(unresolved.writes()).isEmpty();
    assertThat(judged(status, Ready)).startsWith("False ");
    assertThat(judged(status, WorkloadsPinned)).startsWith("False ");
    assertThat(message(status, WorkloadsPinned)).contains("nothing is pinned for the tag yet");
  }

  @Test
  void keepsTheOldRecordUntilTheNewTagResolves() {
    World unresolved = HELD.spec("{image: 'acme/web:1.5'}").tag(DOWN).reconciled();
    PinnedImageStatus status = unresolved.pinnedImage().lastStatus();

    assertThat(pin(status).reference()).isEqualTo(IMAGE + "@" + digest(FIRST));
    assertThat(status.upstream()).isNull();
    assertThat(status.history()).isEmpty();
    assertThat(unresolved.tag(SECOND).status().history())
        .extracting(PastPin::reason)
        .containsExactly("ImageChanged");
  }

  @Test
  void takesTheOldPinUpAgainWhereTheImageIsChangedBackBeforeItResolved() {
    World back =
        HELD.spec("{image: 'acme/web:1.5'}")
            .tag(DOWN)
            .reconciled()
            .spec("{image: 'acme/web:1.4'}")
            .tag(SECOND);

    assertThat(back.plan().pinMoved()).isFalse();
    assertThat(pin(back.status()).digest()).isEqualTo(digest(FIRST));
  }

  @Test
  void doesNotAdoptWhatTheWorkloadsCarryButResolvesTheNewTag() {
    World changed =
        HELD.spec("{image: 'acme/web:1.5'}")
            .tag(SECOND)
            .running(deployment("web", pinned("acme/web:1.5", FIRST)));

    assertThat(pin(changed.status()).digest()).isEqualTo(digest(SECOND));
    assertThat(changed.writes()).containsExactly("web/c0 " + pinned("acme/web:1.5", SECOND));
  }

  @Test
  void saysOfAnUnchangedApprovalThatItIsNotWhatTheNewTagPointsAt() {
    String digest = "digest: '" + digest(FIRST) + "'}";
    World changed =
        HELD.spec("{image: 'acme/web:1.4', " + digest)
            .reconciled()
            .spec("{image: 'acme/web:1.5', " + digest)
            .tag(SECOND);
    PinnedImageStatus status = changed.status();

    assertThat(pin(status).reference()).isEqualTo("docker.io/acme/web:1.5@" + digest(FIRST));
    assertThat(status.history()).isEmpty();
    assertThat(judged(status, TagMoved)).isEqualTo("True AwaitingApproval");
    assertThat(message(status, TagMoved))
        .contains("acme/web:1.5 points at " + digest(SECOND), "the pin is " + digest(FIRST));
  }

  @Test
  void namesTheTagsThatWorkloadsMovedOnTo() {
    World movedOn =
        HELD.running(
            deployment("a", "acme/web:1.5"),
            deployment("b", "acme/web:1.6@" + digest("x")),
            deployment("c", "acme/web:1.5"));
    PinnedImageStatus status = movedOn.status();

    assertThat(judged(status, WorkloadsPinned)).isEqualTo("True NoWorkloads");
    assertThat(message(status, WorkloadsPinned)).endsWith("with the tags 1.5, 1.6");
  }

  @Test
  void doesNotNameATagThatAnotherPinnedImagePins() {
    World movedOn =
        HELD.running(deployment("a", "acme/web:1.5"))
            .beside(
                Fixtures.pinnedImage("next", "2026-02-01T00:00:00Z", "{image: 'acme/web:1.5'}"));

    assertThat(message(movedOn.status(), WorkloadsPinned)).doesNotContain("1.5");
  }
}
