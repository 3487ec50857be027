package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.GONE;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.message;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is published for the guard. */
class UnpinnedTest {
  private static final String SPEC = "{image: acme/web:1.4}";
  private static final World REFUSED = World.of(SPEC).tag(AMD64_ONLY);
  private static final PinnedImage OLDER = pinnedImage("older", "2025-01-01T00:00:00Z", SPEC);

  @Test
  void everySpellingOfARefusedTagSaysWhyAndWhatToDo() {
    PinnedImageStatus status = REFUSED.status();

    assertThat(status.unpinned())
        .containsKeys("acme/web:1.4", "docker.io/acme/web:1.4", "index.docker.io/acme/web:1.4")
        .hasSize(5)
        .allSatisfy((spelling, sentence) ->
            assertThat(sentence)
                .startsWith("PinnedImage web has no pin for it: acme/web:1.4 (sha256:")
                .contains("is a plain manifest for linux/amd64 and no index, while linux/arm64")
                .contains("push a multi-platform index")
                .endsWith("kubectl wait pinnedimage/web -n shop --for=condition=Ready"));
    assertThat(status.rewrites()).isEmpty();
  }

  @Test
  void aTagThatCouldNotBeReadYetIsNamedTooAndItsSentenceStaysTheSame() {
    World down = World.of(SPEC).tag(DOWN).reconciled();
    PinnedImageStatus status = down.pinnedImage().lastStatus();

    assertThat(status.unpinned().get("acme/web:1.4")).contains("no connection", "since " + NOW);
    assertThat(down.after(Duration.ofMinutes(7)).status()).isEqualTo(status);
    assertThat(World.of(SPEC).tag(GONE).status().unpinned().get("acme/web:1.4"))
        .contains("has no tag 1.4");
  }

  @Test
  void suspensionBeforeThereIsAPinIsNamed() {
    assertThat(
            World.of("{image: acme/web:1.4, suspend: true}")
                .status()
                .unpinned()
                .get("acme/web:1.4"))
        .contains("set spec.suspend to false");
  }

  @Test
  void aPinEndsIt() {
    PinnedImageStatus pinned = REFUSED.reconciled().tag(Fixtures.FIRST).status();

    assertThat(pinned.unpinned()).isEmpty();
    assertThat(pinned.rewrites()).containsKey("acme/web:1.4");
  }

  @Test
  void whatIsHeldIsNotNamedThoughTheTagHasMovedToSomethingUnfit() {
    World held = World.of(SPEC).reconciled().tag(AMD64_ONLY);

    assertThat(held.status().unpinned()).isEmpty();
    assertThat(held.tag(DOWN).status().unpinned()).isEmpty();
  }

  @Test
  void aNewTagIsNamedWhileTheOldOneIsStillRewritten() {
    PinnedImageStatus status =
        World.of(SPEC).reconciled().tag(AMD64_ONLY).spec("{image: acme/web:1.5}").status();

    assertThat(status.unpinned()).containsKey("acme/web:1.5").doesNotContainKey("acme/web:1.4");
    assertThat(status.rewrites()).containsKey("acme/web:1.4");
  }

  @Test
  void latestIsAlsoSpelledWithoutATag() {
    assertThat(World.of("{image: web}").tag(AMD64_ONLY).status().unpinned())
        .containsKeys("web", "web:latest", "docker.io/library/web", "library/web:latest")
        .hasSize(20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{image: acme/web:1.4, mode: Report}",
        "{image: acme/web:1.4, mode: Audit}",
        "{image: 'no reference'}"
      })
  void whoWouldWriteNothingNamesNothing(String spec) {
    assertThat(World.of(spec).tag(AMD64_ONLY).status().unpinned()).isEmpty();
  }

  @Test
  void anOperatorThatOnlyReportsNamesNothing() {
    assertThat(unpinned(REFUSED, List.of(), true)).isEmpty();
    assertThat(unpinned(REFUSED, List.of(), false)).isNotEmpty();
  }

  @Test
  void theLoserOfAConflictNamesNothing() {
    assertThat(REFUSED.beside(OLDER).status().unpinned()).isEmpty();
  }

  @Test
  void whoIsBeingDeletedNamesNothing() {
    World deleted = World.of(SPEC).tag(AMD64_ONLY);
    deleted.pinnedImage().getMetadata().setDeletionTimestamp("2026-03-01T11:59:00Z");

    assertThat(deleted.status().unpinned()).isEmpty();
  }

  @Test
  void aliasesAreSpellingsTooAndThereIsABound() {
    List<String> aliases = IntStream.range(0, 100).mapToObj(i -> "mirror-" + i + ".io").toList();

    assertThat(unpinned(REFUSED, aliases, false))
        .hasSize(PinnedImageStatus.MAX_UNPINNED)
        .contains("acme/web:1.4", "mirror-0.io/acme/web:1.4");
  }

  @Test
  void anEndlessReasonIsCutAndWhatToDoStays() {
    Unresolved endless =
        new Unresolved(Failure.TAG_NOT_FOUND, "docker.io said:\r\n\tnothing" + "!".repeat(5000));

    assertThat(World.of(SPEC).tag(endless).status().unpinned().get("acme/web:1.4"))
        .hasSize(PinnedImageStatus.MAX_SENTENCE)
        .contains("docker.io said: nothing!!!")
        .endsWith(
            "…; apply this again once there is one: kubectl wait pinnedimage/web -n shop"
                + " --for=condition=Ready");
  }

  @Test
  void theReasonIsThatOfReady() {
    PinnedImageStatus status = REFUSED.status();

    assertThat(status.unpinned().get("acme/web:1.4"))
        .contains(message(status, ConditionType.Ready));
  }

  private static Set<String> unpinned(World world, List<String> aliases, boolean onlyReports) {
    Observation seen = world.observation();
    Observation observation =
        new Observation(
            seen.pinnedImage(),
            seen.now(),
            seen.answers(),
            seen.workloads(),
            seen.peers(),
            new Surroundings(seen.surroundings().nodes(), Admission.NONE, aliases, onlyReports));
    return StatusReporter.report(observation, Planner.plan(observation), List.of())
        .unpinned()
        .keySet();
  }
}
