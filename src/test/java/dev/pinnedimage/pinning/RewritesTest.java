package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.owned;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code status.rewrites}: what the admission policy is told. */
class RewritesTest {
  private static final String OLDER = "2025-06-01T00:00:00Z";
  private static final String YOUNGER = "2026-02-01T00:00:00Z";

  private static UnderPolicy world(String spec) {
    return UnderPolicy.of(World.of(spec));
  }

  private static UnderPolicy beside(String spec, String created, String peer) {
    return UnderPolicy.of(World.of(spec).beside(pinnedImage("peer", created, peer)));
  }

  @Test
  void everySpellingOfADockerHubNameIsPublished() {
    assertThat(world("{image: 'nginx:1.27'}").published())
        .containsOnlyKeys(
            "nginx:1.27",
            "library/nginx:1.27",
            "docker.io/nginx:1.27",
            "docker.io/library/nginx:1.27",
            "index.docker.io/nginx:1.27",
            "index.docker.io/library/nginx:1.27",
            "registry-1.docker.io/nginx:1.27",
            "registry-1.docker.io/library/nginx:1.27",
            "registry.hub.docker.com/nginx:1.27",
            "registry.hub.docker.com/library/nginx:1.27")
        .containsEntry("nginx:1.27", "nginx:1.27@" + digest(FIRST))
        .containsEntry(
            "index.docker.io/library/nginx:1.27",
            "index.docker.io/library/nginx:1.27@" + digest(FIRST));
  }

  @Test
  void latestIsAlsoWrittenWithoutATag() {
    assertThat(world("{image: localhost:5000/web}").published())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "localhost:5000/web", "localhost:5000/web:latest@" + digest(FIRST),
                "localhost:5000/web:latest", "localhost:5000/web:latest@" + digest(FIRST)));
  }

  @Test
  void anAliasIsPublishedByItsOwnName() {
    assertThat(
            world("{image: 'localhost:5000/web:1'}")
                .withAliases(List.of("mirror.example.org"))
                .published())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "localhost:5000/web:1", "localhost:5000/web:1@" + digest(FIRST),
                "mirror.example.org/web:1", "mirror.example.org/web:1@" + digest(FIRST)));
  }

  @Test
  void theTagIsDroppedWhereOnlyTheDigestIsWanted() {
    assertThat(world("{image: 'localhost:5000/web:1', form: DigestOnly}").published())
        .containsExactly(Map.entry("localhost:5000/web:1", "localhost:5000/web@" + digest(FIRST)));
  }

  @Test
  void nothingIsPublishedBeforeThereIsAPin() {
    assertThat(UnderPolicy.of(World.of("{image: acme/web:1.4}").tag(DOWN)).published()).isEmpty();
  }

  @Test
  void aFailingRegistryTakesNothingBack() {
    World down = World.of("{image: 'localhost:5000/web:1'}").reconciled().tag(DOWN);

    assertThat(UnderPolicy.of(down).published()).containsOnlyKeys("localhost:5000/web:1");
  }

  @Test
  void whoOnlyReportsPublishesNothing() {
    assertThat(world("{image: acme/web:1.4, mode: Report}").published()).isEmpty();
  }

  @Test
  void whoIsSuspendedStillDoes() {
    World suspended =
        World.of("{image: 'localhost:5000/web:1'}")
            .reconciled()
            .spec("{image: 'localhost:5000/web:1', suspend: true}");

    assertThat(UnderPolicy.of(suspended).published()).containsOnlyKeys("localhost:5000/web:1");
  }

  @Test
  void anUnknownValueChangesNothingThatIsPublished() {
    World newer =
        World.of("{image: 'localhost:5000/web:1'}")
            .reconciled()
            .spec("{image: 'localhost:5000/web:1', form: Riddle}");

    assertThat(UnderPolicy.of(newer).published()).containsOnlyKeys("localhost:5000/web:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // ours | theirs | created | published?
        "{image: 'x/web:1'} | {image: 'x/web:1'} | 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1'} | {image: 'docker.io/x/web:1'} | 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1'} | {image: 'x/web:1'} | 2026-02-01T00:00:00Z | true",
        "{image: 'x/web:1'} | {image: 'x/web:2'} | 2025-06-01T00:00:00Z | true",
        "{image: 'x/web:1'} | {image: 'x/web:1', mode: Report} | 2025-06-01T00:00:00Z | true",
        "{image: 'x/web:1'} | {image: 'x/web:1', suspend: true} | 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1'} | {image: 'no reference'} | 2025-06-01T00:00:00Z | true",
        "{image: 'x/web:1', workloadSelector: {matchLabels: {app: a}}} | {image: 'x/web:1'} |"
            + " 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1', workloadSelector: {matchLabels: {app: a}}}"
            + " | {image: 'x/web:1', workloadSelector: {matchLabels: {app: a, tier: b}}}"
            + " | 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1', workloadSelector: {matchLabels: {app: a}}}"
            + " | {image: 'x/web:1', workloadSelector: {matchLabels: {tier: b}}}"
            + " | 2025-06-01T00:00:00Z | false",
        "{image: 'x/web:1', workloadSelector: {matchLabels: {app: a}}}"
            + " | {image: 'x/web:1', workloadSelector: {matchLabels: {app: b}}}"
            + " | 2025-06-01T00:00:00Z | true",
        "{image: 'x/web:1', workloadSelector: {matchLabels: {app: a, tier: b}}}"
            + " | {image: 'x/web:1', workloadSelector: {matchLabels: {app: c, tier: b}}}"
            + " | 2025-06-01T00:00:00Z | true",
      })
  void oneOfTwoThatMayShareAWorkloadPublishes(
      String ours, String theirs, String created, boolean publishes) {
    assertThat(beside(ours, created, theirs).published().isEmpty()).isEqualTo(!publishes);
  }

  @Test
  void theLoserPublishesOnceTheWinnerIsBeingDeleted() {
    PinnedImage leaving = pinnedImage("older", OLDER, "{image: acme/web:1.4}");
    leaving.getMetadata().setDeletionTimestamp(OLDER);

    assertThat(UnderPolicy.of(World.of("{image: acme/web:1.4}").beside(leaving)).published())
        .isNotEmpty();
  }

  @Test
  void theOldTagStaysUntilTheNewOneIsResolved() {
    World changed =
        World.of("{image: 'localhost:5000/web:1'}")
            .reconciled()
            .tag(DOWN)
            .spec("{image: 'localhost:5000/web:2'}");

    assertThat(UnderPolicy.of(changed).published())
        .containsExactly(
            Map.entry("localhost:5000/web:1", "localhost:5000/web:1@" + digest(FIRST)));
    assertThat(UnderPolicy.of(changed.tag(SECOND)).published())
        .containsExactly(
            Map.entry("localhost:5000/web:2", "localhost:5000/web:2@" + digest(SECOND)));
  }

  @ParameterizedTest
  @CsvSource({OLDER, YOUNGER})
  void anOldTagIsLeftToWhoeverNamesItNow(String created) {
    World changed =
        World.of("{image: 'localhost:5000/web:1'}")
            .reconciled()
            .tag(DOWN)
            .spec("{image: 'localhost:5000/web:2'}");
    PinnedImage ofTheOldTag = pinnedImage("peer", created, "{image: 'localhost:5000/web:1'}");

    assertThat(UnderPolicy.of(changed.beside(ofTheOldTag)).published()).isEmpty();
  }

  @Test
  void anOldTagStaysThoughTheNewOneIsAnothers() {
    World changed =
        World.of("{image: 'localhost:5000/web:1'}")
            .reconciled()
            .tag(DOWN)
            .spec("{image: 'localhost:5000/web:2'}")
            .beside(pinnedImage("older", OLDER, "{image: 'localhost:5000/web:2'}"));

    assertThat(UnderPolicy.of(changed).published()).containsOnlyKeys("localhost:5000/web:1");
  }

  @Test
  void manyAliasesLeaveHalfOfTheRoomForEarlierPins() {
    List<String> hosts = IntStream.range(0, 200).mapToObj(i -> "m" + i + ".example.org").toList();
    Map<String, String> published =
        world("{image: localhost:5000/web}").withAliases(hosts).published();

    assertThat(published).hasSize(PinnedImageStatus.MAX_REWRITES / 2);
    assertThat(published).containsKeys("localhost:5000/web", "localhost:5000/web:latest");
  }

  /** The pin moved from the first to the second, and is not on record yet. */
  private static World moving() {
    return World.of("{image: acme/web:1.4}")
        .reconciled()
        .tag(SECOND)
        .after(Duration.ofHours(1))
        .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}");
  }

  @Test
  void anEarlierPinIsPublishedForAsLongAsItIsToBeTakenBack() {
    UnderPolicy moving =
        UnderPolicy.of(moving().running(deployment("web", pinned("acme/web:1.4", FIRST))));

    assertThat(moving.published())
        .containsEntry(pinned("acme/web:1.4", FIRST), pinned("acme/web:1.4", SECOND))
        .containsEntry("acme/web:1.4", pinned("acme/web:1.4", SECOND));
    assertThat(moving.publishedThen())
        .doesNotContainKey(pinned("acme/web:1.4", FIRST))
        .containsEntry("acme/web:1.4", pinned("acme/web:1.4", SECOND));
  }

  @Test
  void anEarlierPinIsNotPublishedWhereThePolicyDoesNotKnowUs() {
    UnderPolicy moving =
        UnderPolicy.of(moving().running(deployment("web", pinned("acme/web:1.4", FIRST))));

    assertThat(moving.by(UnderPolicy.FOR_ANOTHER).published())
        .doesNotContainKey(pinned("acme/web:1.4", FIRST));
  }

  @Test
  void whatIsLeftAloneIsNotPublished() {
    String earlier = pinned("acme/web:1.4", FIRST);
    World moved = moving().reconciled();
    UnderPolicy world =
        UnderPolicy.of(
            moved.running(
                ignored(deployment("a", earlier)),
                owned(deployment("b", earlier), "Rollout shop"),
                writtenBy(deployment("c", earlier), "kubectl-set", moved.now().plusSeconds(5)),
                labelled(deployment("d", "acme/web:1.4@" + digest("own")), "app", "d")));

    assertThat(world.published().keySet()).noneMatch(key -> key.contains("@"));
    assertThat(world.plan().edits()).isEmpty();
  }

  @Test
  void moreEarlierPinsThanThereIsRoomForAreTakenBackInTurns() {
    List<String> hosts = IntStream.range(0, 100).mapToObj(i -> "m" + i + ".example.org").toList();
    World many =
        moving()
            .running(
                IntStream.range(0, 100)
                    .mapToObj(i ->
                        deployment(
                            "web-" + i, pinned("m%d.example.org/acme/web:1.4".formatted(i), FIRST)))
                    .map(w ->
                        w.withContainers(
                            w.containers().stream()
                                .map(c -> c.meaning(pinned("docker.io/acme/web:1.4", FIRST)))
                                .toList()))
                    .toArray(Workload[]::new));

    assertThat(UnderPolicy.of(many).withAliases(hosts).published())
        .hasSize(PinnedImageStatus.MAX_REWRITES);
  }

  @Test
  void nothingOfThisDependsOnWhetherThereIsAPolicy() {
    UnderPolicy world = world("{image: acme/web:1.4}");

    assertThat(world.by(Admission.NONE).published()).isEqualTo(world.published());
  }
}
