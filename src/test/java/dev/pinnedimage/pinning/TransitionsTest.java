package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.GONE;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.Transitions.Happened;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransitionsTest {
  private static final World WEB =
      World.of("{image: acme/web:1.4}").running(deployment("web", "acme/web:1.4"));
  private static final World HELD = WEB.reconciled().after(Duration.ofHours(1));

  /** What {@code after} tells of that was not so before, as {@code Warning TagMoved}. */
  private static List<String> events(World before, World after) {
    return Transitions.between(before.pinnedImage().lastStatus(), after.status()).stream()
        .map(event -> (event.isWarning() ? "Warning " : "Normal ") + event.reason())
        .toList();
  }

  @Test
  void tellsOfAFirstPin() {
    assertThat(events(WEB, WEB)).containsExactly("Normal Pinned");
  }

  @Test
  void tellsNothingInTheSteadyState() {
    assertThat(events(HELD, HELD.after(Duration.ofDays(1)))).isEmpty();
    World moved = HELD.tag(SECOND).reconciled();
    assertThat(events(moved, moved.after(Duration.ofDays(1)))).isEmpty();
    World single = WEB.tag(AMD64_ONLY).reconciled();
    assertThat(events(single, single.after(Duration.ofDays(1)))).isEmpty();
  }

  @Test
  void tellsNothingOfAMessageThatChangedAlone() {
    assertThat(
            events(
                HELD,
                HELD.running(deployment("a", "acme/web:1.4"), deployment("b", "acme/web:1.4"))))
        .isEmpty();
  }

  @Test
  void tellsOfAMovedTagWithTheNextStep() {
    List<Happened> happened =
        Transitions.between(HELD.pinnedImage().lastStatus(), HELD.tag(SECOND).status());

    assertThat(happened)
        .singleElement()
        .satisfies(event -> assertThat(event.reason()).isEqualTo("TagMoved"))
        .satisfies(event -> assertThat(event.message()).contains("approve with: kubectl patch"));
  }

  @Test
  void tellsWhatIsWrongOnceThoughSeveralConditionsSayIt() {
    assertThat(events(WEB, WEB.tag(AMD64_ONLY))).containsExactly("Warning NotMultiArch");
    assertThat(events(HELD, HELD.on(node("z-1", "linux/s390x"))))
        .containsExactly("Warning PlatformMissing");
  }

  @Test
  void tellsWhenTheRegistryFallsSilentAndWhenItAnswersAgain() {
    assertThat(events(HELD, HELD.tag(DOWN))).containsExactly("Warning RegistryUnreachable");
    assertThat(events(HELD.tag(DOWN).reconciled(), HELD.tag(DOWN).reconciled().tag(FIRST)))
        .containsExactly("Normal Resolved");
  }

  @Test
  void tellsOfADeletedTag() {
    assertThat(events(HELD, HELD.tag(GONE)))
        .containsExactly("Warning TagNotFound", "Warning TagDeleted");
  }

  @Test
  void tellsOfAConflict() {
    assertThat(
            events(
                HELD,
                HELD.beside(
                    pinnedImage("older", "2025-01-01T00:00:00Z", "{image: 'acme/web:1.4'}"))))
        .containsExactly("Warning Conflict");
  }

  @Test
  void tellsThatTheMovedPinIsInPlaceAndNothingOfThePatching() {
    World approved =
        HELD.tag(SECOND)
            .reconciled()
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}");
    PinnedImageStatus before = approved.pinnedImage().lastStatus();
    PinnedImageStatus recorded =
        StatusReporter.report(approved.observation(), approved.plan(), List.of());

    assertThat(Transitions.between(before, recorded)).isEmpty();
    assertThat(Transitions.between(recorded, approved.status()))
        .extracting(Happened::reason)
        .containsExactly("Pinned");
  }

  @Test
  void tellsOfARefusedPatchInTheServersWords() {
    World tagged = HELD.running(deployment("new", "acme/web:1.4"));
    PinnedImageStatus refused =
        StatusReporter.report(
            tagged.observation(),
            tagged.plan(),
            List.of(new Outcome.Refused("uid-new", "denied by policy")));

    assertThat(Transitions.between(tagged.pinnedImage().lastStatus(), refused))
        .singleElement()
        .satisfies(event -> assertThat(event.reason()).isEqualTo("PatchRejected"))
        .satisfies(event -> assertThat(event.message()).contains("denied by policy"));
  }
}
