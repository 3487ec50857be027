package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.pinning.Edit.Replacement;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EditTest {
  @ParameterizedTest
  @CsvSource({
    "nginx:1.27, nginx:1.27, nginx:1.27@",
    "nginx:1.27, docker.io/nginx:1.27, docker.io/nginx:1.27@",
    "nginx:1.27, index.docker.io/library/nginx:1.27, index.docker.io/library/nginx:1.27@",
    "docker.io/library/nginx:1.27, nginx:1.27, nginx:1.27@",
    "nginx, nginx, nginx:latest@",
    "nginx:latest, nginx, nginx:latest@",
    "nginx, nginx:latest, nginx:latest@",
    "localhost:5000/web:1, localhost:5000/web:1, localhost:5000/web:1@",
    "localhost:5000/web, localhost:5000/web, localhost:5000/web:latest@",
  })
  void keepsTheAuthorsSpellingAndTheTag(String image, String written, String becomes) {
    World world = World.of("{image: '" + image + "'}").running(deployment("web", written));

    assertThat(world.writes()).containsExactly("web/c0 " + becomes + digest(FIRST));
  }

  @ParameterizedTest
  @CsvSource({
    "nginx:1.27, nginx:1.27, nginx@",
    "nginx, nginx, nginx@",
    "nginx:1.27, docker.io/library/nginx:1.27, docker.io/library/nginx@",
    "localhost:5000/web:1, localhost:5000/web:1, localhost:5000/web@",
  })
  void dropsTheTagWhereOnlyTheDigestIsWanted(String image, String written, String becomes) {
    World world =
        World.of("{image: '" + image + "', form: DigestOnly}").running(deployment("web", written));

    assertThat(world.writes()).containsExactly("web/c0 " + becomes + digest(FIRST));
    assertThat(world.reconciled().writes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"TagAndDigest, acme/web:1.4@", "DigestOnly, acme/web@"})
  void anEarlierPinIsReplacedInWhateverFormItStands(String form, String becomes) {
    World moved =
        World.of("{image: acme/web:1.4}")
            .reconciled()
            .tag(Fixtures.SECOND)
            .spec(
                "{image: acme/web:1.4, form: %s, digest: '%s'}"
                    .formatted(form, digest(Fixtures.SECOND)))
            .running(
                deployment("tagged", pinned("acme/web:1.4", FIRST)),
                deployment("bare", pinned("acme/web", FIRST)));

    assertThat(moved.writes())
        .containsExactly(
            "tagged/c0 " + becomes + digest(Fixtures.SECOND),
            "bare/c0 " + becomes + digest(Fixtures.SECOND));
  }

  @Test
  void doesNotRollAWorkloadOutForTheFormAlone() {
    World bare =
        World.of("{image: acme/web:1.4}")
            .reconciled()
            .running(deployment("web", pinned("acme/web", FIRST)));

    assertThat(bare.writes()).isEmpty();
  }

  @Test
  void writesAllContainersOfAWorkloadAtOnce() {
    Workload many =
        deployment("web")
            .withContainers(
                List.of(
                    new Container("init", "/spec/template/spec/initContainers/0", "acme/web:1.4"),
                    new Container("web", "/spec/template/spec/containers/0", "acme/web:1.4"),
                    new Container("proxy", "/spec/template/spec/containers/1", "envoy:1"),
                    new Container(
                        "own", "/spec/template/spec/containers/2", "acme/web:1.4@" + digest("x")),
                    new Container(
                        "done", "/spec/template/spec/containers/3", pinned("acme/web:1.4", FIRST)),
                    new Container(
                        "hub", "/spec/template/spec/containers/4", "docker.io/acme/web:1.4")));

    List<Edit> edits = World.of("{image: acme/web:1.4}").reconciled().running(many).plan().edits();

    assertThat(edits)
        .containsExactly(
            new Edit(
                many,
                List.of(
                    new Replacement(many.containers().get(0), pinned("acme/web:1.4", FIRST)),
                    new Replacement(many.containers().get(1), pinned("acme/web:1.4", FIRST)),
                    new Replacement(
                        many.containers().get(5), pinned("docker.io/acme/web:1.4", FIRST))),
                false,
                false));
  }

  @Test
  void makesOneEditForEachWorkloadThatNeedsOne() {
    World world =
        World.of("{image: acme/web:1.4}")
            .reconciled()
            .running(
                deployment("a", "acme/web:1.4"),
                deployment("b", pinned("acme/web:1.4", FIRST)),
                deployment("c", "acme/web:1.4", "acme/web:1.4"));

    assertThat(world.plan().edits())
        .extracting(edit -> edit.workload().name())
        .containsExactly("a", "c");
  }

  @Test
  void thinksAgainOfAWorkloadThatChangedBeforeItWasPatched() {
    WorkloadRules rules =
        Objects.requireNonNull(
            World.of("{image: acme/web:1.4}")
                .running(deployment("web", "acme/web:1.4"))
                .plan()
                .rules());

    assertThat(rules.edit(deployment("web", "acme/web:1.5"))).isEmpty();
    assertThat(rules.edit(deployment("web", pinned("acme/web:1.4", FIRST)))).isEmpty();
    assertThat(rules.edit(deployment("web", "acme/web:1.4@" + digest("own")))).isEmpty();
    assertThat(rules.edit(deployment("web", "acme/web:1.5", "acme/web:1.4"))).isPresent();
  }
}
