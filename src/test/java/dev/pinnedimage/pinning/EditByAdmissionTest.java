package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whether the admission policy writes, or a patch that replaces. */
class EditByAdmissionTest {
  private static final String EARLIER = pinned("acme/web:1.4", FIRST);
  private static final World FIRST_PIN = World.of("{image: acme/web:1.4}").reconciled();
  private static final World MOVED =
      FIRST_PIN
          .tag(SECOND)
          .after(Duration.ofHours(1))
          .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
          .reconciled()
          .after(Duration.ofHours(1));

  private static UnderPolicy running(World world, Workload... workloads) {
    return UnderPolicy.of(world.running(workloads));
  }

  private static Edit only(UnderPolicy world) {
    assertThat(world.plan().edits()).hasSize(1);
    return world.plan().edits().getFirst();
  }

  @Test
  void aTagIsWrittenByAdmission() {
    assertThat(running(FIRST_PIN, deployment("web", "acme/web:1.4")).edits())
        .containsExactly("web by admission");
  }

  @Test
  void withoutAPolicyItIsReplaced() {
    assertThat(running(FIRST_PIN, deployment("web", "acme/web:1.4")).by(Admission.NONE).edits())
        .containsExactly("web by replacing");
  }

  @Test
  void aKindThatThePolicyDoesNotCoverIsReplaced() {
    Admission others = new Admission(Set.of("StatefulSet"), true, null);

    assertThat(running(FIRST_PIN, deployment("web", "acme/web:1.4")).by(others).edits())
        .containsExactly("web by replacing");
  }

  @Test
  void aSpellingThatIsNotPublishedIsReplaced() {
    Workload byAMirror = deployment("web", "mirror.example.org/acme/web:1.4");
    Workload meant =
        byAMirror.withContainers(
            byAMirror.containers().stream().map(c -> c.meaning("docker.io/acme/web:1.4")).toList());

    assertThat(running(FIRST_PIN, meant).edits()).containsExactly("web by replacing");
    assertThat(running(FIRST_PIN, meant).withAliases(List.of("mirror.example.org")).edits())
        .containsExactly("web by admission");
  }

  @Test
  void oneSuchContainerMakesAllOfTheWorkloadReplaced() {
    Workload two = deployment("web", "acme/web:1.4", "mirror.example.org/acme/web:1.4");
    Workload meant =
        two.withContainers(
            Stream.of(
                    two.containers().get(0),
                    two.containers().get(1).meaning("docker.io/acme/web:1.4"))
                .toList());

    assertThat(running(FIRST_PIN, meant).edits()).containsExactly("web by replacing");
  }

  @Test
  void anEarlierPinIsTakenBackByAdmission() {
    assertThat(running(MOVED, deployment("web", EARLIER)).edits())
        .containsExactly("web by admission");
  }

  @Test
  void anEarlierPinIsReplacedWhereThePolicyDoesNotKnowUs() {
    assertThat(
            running(MOVED, deployment("web", EARLIER), deployment("new", "acme/web:1.4"))
                .by(UnderPolicy.FOR_ANOTHER)
                .edits())
        .containsExactly("web by replacing", "new by admission");
  }

  @Test
  void aRollbackBesideATagIsNotTakenBackWithIt() {
    Workload half =
        writtenBy(deployment("web", EARLIER, "acme/web:1.4"), "kubectl-set", MOVED.now());
    UnderPolicy world = running(MOVED, half);

    assertThat(world.edits()).containsExactly("web by replacing");
    assertThat(only(world).replacements())
        .extracting(r -> r.container().name())
        .containsExactly("c1");
  }

  @Test
  void whatAnOlderOneMayClaimIsReplaced() {
    World loser =
        FIRST_PIN
            .spec("{image: acme/web:1.4, workloadSelector: {matchLabels: {app: web}}}")
            .running(Fixtures.labelled(deployment("web", "acme/web:1.4"), "app", "web"))
            .beside(
                pinnedImage(
                    "older",
                    "2025-06-01T00:00:00Z",
                    "{image: acme/web:1.4, workloadSelector: {matchLabels: {tier: front}}}"));

    assertThat(UnderPolicy.of(loser).edits()).containsExactly("web by replacing");
  }

  @Test
  void anImageVolumeIsWrittenByAdmissionToo() {
    Workload web = deployment("web");
    Workload mounted =
        web.withContainers(
            List.of(
                Container.imageVolume("data", "/spec/template/spec/volumes/0", "acme/web:1.4")));

    assertThat(running(FIRST_PIN, mounted).edits()).containsExactly("web by admission");
  }

  @Test
  void aTagThatAdmissionHadBeenToldOfIsARepair() {
    assertThat(only(running(FIRST_PIN, deployment("web", "acme/web:1.4"))).isRepair()).isTrue();
  }

  @Test
  void theFirstPinAndAMoveAreNoRepairs() {
    World unpinned = World.of("{image: acme/web:1.4}");

    assertThat(only(running(unpinned, deployment("web", "acme/web:1.4"))).isRepair()).isFalse();
    assertThat(only(running(MOVED, deployment("web", EARLIER))).isRepair()).isFalse();
  }

  @Test
  void aReplacingPatchIsNoRepair() {
    Edit replacing = only(running(FIRST_PIN, deployment("web", "acme/web:1.4")).by(Admission.NONE));

    assertThat(replacing.isRepair()).isFalse();
  }

  @Test
  void admissionIsKnownToHaveBeenToldWhatIsOnRecord() {
    UnderPolicy reset = running(FIRST_PIN, deployment("web", "acme/web:1.4"));
    UnderPolicy moved = running(MOVED, deployment("web", EARLIER));

    assertThat(rules(reset).isPublished(only(reset))).isTrue();
    assertThat(rules(moved).isPublished(only(moved))).isFalse();
  }

  private static WorkloadRules rules(UnderPolicy world) {
    return Objects.requireNonNull(world.plan().rules());
  }
}
