package dev.pinnedimage.pinning;

import static dev.pinnedimage.api.v1alpha1.ConditionType.PlatformsCovered;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Ready;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Resolved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.Stalled;
import static dev.pinnedimage.api.v1alpha1.ConditionType.TagMoved;
import static dev.pinnedimage.api.v1alpha1.ConditionType.WorkloadsPinned;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.GONE;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.judged;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pin;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class RegistryFailureTest {
  private static final World HELD =
      World.of("{image: acme/web:1.4}")
          .running(deployment("web", "acme/web:1.4"))
          .reconciled()
          .after(Duration.ofHours(1));

  private static Unresolved failing(Failure failure) {
    return new Unresolved(failure, "docker.io: acme/web: it failed");
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void neverUnpins(Failure failure) {
    World failed = HELD.tag(failing(failure)).running(deployment("new", "acme/web:1.4"));
    PinnedImageStatus status = failed.status();

    assertThat(failed.writes()).containsExactly("new/c0 " + pinned("acme/web:1.4", FIRST));
    assertThat(status.pinned()).isEqualTo(HELD.pinnedImage().lastStatus().pinned());
    assertThat(status.upstream()).isEqualTo(HELD.pinnedImage().lastStatus().upstream());
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, PlatformsCovered)).isEqualTo("True Covered");
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void pinsNothingBeforeItHasAnAnswer(Failure failure) {
    World failed =
        World.of("{image: acme/web:1.4}")
            .tag(failing(failure))
            .running(deployment("web", "acme/web:1.4"));
    PinnedImageStatus status = failed.status();

    assertThat(failed.writes()).isEmpty();
    assertThat(status.pinned()).isNull();
    assertThat(judged(status, Ready)).isEqualTo("False " + failure.reason());
    assertThat(judged(status, PlatformsCovered)).isEqualTo("Unknown " + failure.reason());
    assertThat(judged(status, WorkloadsPinned)).isEqualTo("False " + failure.reason());
    assertThat(message(status, Ready)).contains("it failed", "nothing is pinned");
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {"RATE_LIMITED", "REGISTRY_UNREACHABLE", "REGISTRY_UNAVAILABLE"})
  void aRegistryThatCannotBeAskedLeavesTheAnswerUnknown(Failure failure) {
    PinnedImageStatus status = HELD.tag(failing(failure)).status();

    assertThat(judged(status, Resolved)).isEqualTo("Unknown " + failure.reason());
    assertThat(judged(status, TagMoved)).isEqualTo("Unknown " + failure.reason());
    assertThat(message(status, Resolved))
        .contains("it failed", "not answering since 2026-03-01T13:00:00Z")
        .contains("the pin " + FIRST.digest().shortForm() + " is held and still written");
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      mode = Mode.EXCLUDE,
      names = {"RATE_LIMITED", "REGISTRY_UNREACHABLE", "REGISTRY_UNAVAILABLE"})
  void aDefiniteAnswerIsFalse(Failure failure) {
    PinnedImageStatus status = HELD.tag(failing(failure)).status();

    assertThat(judged(status, Resolved)).isEqualTo("False " + failure.reason());
    assertThat(message(status, Resolved)).contains("is held and still written");
  }

  @Test
  void keepsSayingSinceWhenTheRegistryIsSilent() {
    World down = HELD.tag(DOWN).reconciled();
    World later = down.after(Duration.ofHours(5)).tag(failing(Failure.REGISTRY_UNAVAILABLE));

    assertThat(message(later.status(), Resolved)).contains("since 2026-03-01T13:00:00Z");
    assertThat(down.after(Duration.ofHours(5)).status()).isEqualTo(down.pinnedImage().lastStatus());
  }

  @Test
  void countsSilenceAnewAfterAnAnswer() {
    World again =
        HELD.tag(DOWN).reconciled().tag(FIRST).reconciled().after(Duration.ofHours(1)).tag(DOWN);

    assertThat(message(again.status(), Resolved)).contains("since 2026-03-01T14:00:00Z");
  }

  @Test
  void saysThatTheTagWasDeletedAndWhatToDo() {
    PinnedImageStatus status = HELD.tag(GONE).status();

    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
    assertThat(judged(status, Resolved)).isEqualTo("False TagNotFound");
    assertThat(judged(status, TagMoved)).isEqualTo("Unknown TagDeleted");
    assertThat(message(status, TagMoved))
        .contains("acme/web:1.4 is gone from the registry", "push the tag again");
  }

  @Test
  void aDeletedRepositoryIsADeletedTag() {
    assertThat(judged(HELD.tag(failing(Failure.REPOSITORY_NOT_FOUND)).status(), TagMoved))
        .isEqualTo("Unknown TagDeleted");
  }

  @Test
  void aTagThatNeverWasIsNotDeleted() {
    PinnedImageStatus status = World.of("{image: acme/web:1.4}").tag(GONE).status();

    assertThat(judged(status, TagMoved)).isEqualTo("Unknown TagNotFound");
    assertThat(judged(status, Ready)).isEqualTo("False TagNotFound");
  }

  @Test
  void onlyAPersonCanRepairAPullSecret() {
    PinnedImageStatus status = HELD.tag(failing(Failure.CREDENTIALS_INVALID)).status();

    assertThat(judged(status, Stalled)).isEqualTo("True CredentialsInvalid");
    assertThat(judged(status, Ready)).isEqualTo("True Pinned");
  }

  @Test
  void goesOnWhereItWasOnceTheRegistryIsBack() {
    World back = HELD.tag(DOWN).reconciled().tag(SECOND);

    assertThat(pin(back.status()).digest()).isEqualTo(digest(FIRST));
    assertThat(judged(back.status(), Resolved)).isEqualTo("True Resolved");
    assertThat(judged(back.status(), TagMoved)).isEqualTo("True AwaitingApproval");
  }
}
