package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.AMD64_ONLY;
import static dev.pinnedimage.pinning.Fixtures.DOWN;
import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.GONE;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.aged;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.ignored;
import static dev.pinnedimage.pinning.Fixtures.inner;
import static dev.pinnedimage.pinning.Fixtures.node;
import static dev.pinnedimage.pinning.Fixtures.owned;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static dev.pinnedimage.pinning.Fixtures.writtenBy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is written twice, and nothing depends on the order in which the world is listed. */
class SteadyStateTest {
  private static final World WEB =
      World.of("{image: acme/web:1.4}")
          .running(deployment("web", "acme/web:1.4", "acme/web:1.4", "envoy:1"));
  private static final World HELD = WEB.reconciled().after(Duration.ofHours(1));
  private static final String DIGEST = "{image: acme/web:1.4, digest: '%s'}";

  static Stream<Arguments> worlds() {
    return Stream.of(
        Arguments.of("a first pin", WEB),
        Arguments.of("no workload", WEB.running()),
        Arguments.of("a plain manifest", WEB.tag(AMD64_ONLY)),
        Arguments.of("no node", WEB.on()),
        Arguments.of("a registry that is down", WEB.tag(DOWN)),
        Arguments.of("a registry that is down under a pin", HELD.tag(DOWN)),
        Arguments.of("a deleted tag", HELD.tag(GONE)),
        Arguments.of("a moved tag", HELD.tag(SECOND)),
        Arguments.of("a moved tag that is not fit", HELD.tag(AMD64_ONLY)),
        Arguments.of("an approval", HELD.tag(SECOND).spec(DIGEST.formatted(digest(SECOND)))),
        Arguments.of(
            "an approval of what is not upstream",
            HELD.tag(THIRD).serving(SECOND).spec(DIGEST.formatted(digest(SECOND)))),
        Arguments.of("a refused approval", HELD.spec(DIGEST.formatted(digest("nowhere")))),
        Arguments.of("a pending approval", HELD.tag(DOWN).spec(DIGEST.formatted(digest(SECOND)))),
        Arguments.of(
            "an adoption",
            WEB.tag(SECOND).running(deployment("web", pinned("acme/web:1.4", FIRST)))),
        Arguments.of("another image", HELD.spec("{image: 'acme/web:1.5'}").tag(SECOND)),
        Arguments.of("another image, down", HELD.spec("{image: 'acme/web:1.5'}").tag(DOWN)),
        Arguments.of("a lost platform", HELD.on(node("z-1", "linux/s390x"))),
        Arguments.of("suspension", HELD.spec("{image: acme/web:1.4, suspend: true}")),
        Arguments.of("suspension from the start", WEB.spec("{image: a/web:1, suspend: true}")),
        Arguments.of("report mode", WEB.spec("{image: acme/web:1.4, mode: Report}")),
        Arguments.of("an unknown value", HELD.spec("{image: acme/web:1.4, mode: Audit}")),
        Arguments.of("no reference", HELD.spec("{image: 'no reference'}")),
        Arguments.of(
            "a conflict",
            WEB.beside(pinnedImage("older", "2025-01-01T00:00:00Z", "{image: 'acme/web:1.4'}"))),
        Arguments.of("people's choices", choices()));
  }

  private static World choices() {
    return HELD.tag(SECOND)
        .spec(DIGEST.formatted(digest(SECOND)))
        .reconciled()
        .running(
            deployment("a", "acme/web:1.4", "acme/web:1.5"),
            deployment("b", "acme/web:1.4@" + digest("own")),
            deployment("c", pinned("acme/web:1.4", inner(SECOND, "linux/arm64"))),
            owned(deployment("d", "acme/web:1.4"), "Rollout x"),
            ignored(deployment("e", "acme/web:1.4")),
            deployment("g", "acme/web:1.6"),
            writtenBy(
                deployment("f", pinned("acme/web:1.4", FIRST)),
                "kubectl-rollout",
                NOW.plus(Duration.ofHours(2))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  void reportsTheVerySameStatusAgain(String what, World world) {
    World once = world.reconciled();
    World later = once.after(Duration.ofHours(7));
    Plan plan = later.plan();
    PinnedImageStatus again = StatusReporter.report(later.observation(), plan, List.of());

    assertThat(again).as(what).isEqualTo(once.pinnedImage().lastStatus());
    assertThat(World.roundTrip(again)).isEqualTo(again);
    assertThat(plan.pinMoved()).isFalse();
    assertThat(plan.edits()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("worlds")
  void doesNotDependOnAnyOrder(String what, World world) {
    World busy = busy(world);
    PinnedImageStatus expected = busy.status();

    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      World shuffled =
          busy.running(shuffled(busy.workloads(), random).toArray(Workload[]::new))
              .on(shuffled(busy.nodes(), random).toArray(Node[]::new))
              .beside(shuffled(busy.peers(), random).toArray(PinnedImage[]::new));
      assertThat(shuffled.status()).as("%s, seed %d", what, seed).isEqualTo(expected);
    }
  }

  private static World busy(World world) {
    List<Workload> workloads = new ArrayList<>(world.workloads());
    workloads.removeIf(workload -> !workload.name().equals("web"));
    workloads.addAll(choices().workloads());
    workloads.add(deployment("z", "acme/web:1.4", "acme/web:1.5"));
    List<Node> nodes = new ArrayList<>(world.nodes());
    if (!nodes.isEmpty()) {
      nodes.addAll(
          List.of(
              node("amd-2", "linux/amd64"),
              aged(node("z-2", "linux/ppc64le"), 3),
              aged(node("z-3", "linux/riscv64"), 3),
              aged(node("z-4", "linux/s390x"), 3)));
    }
    List<PinnedImage> peers = new ArrayList<>(world.peers());
    peers.add(pinnedImage("p1", "2025-06-01T00:00:00Z", "{image: 'acme/web:1.6'}"));
    peers.add(pinnedImage("p2", "2025-06-01T00:00:00Z", "{image: 'acme/web:1.6'}"));
    return world
        .running(workloads.toArray(Workload[]::new))
        .on(nodes.toArray(Node[]::new))
        .beside(peers.toArray(PinnedImage[]::new));
  }

  private static <T> List<T> shuffled(List<T> list, Random random) {
    List<T> copy = new ArrayList<>(list);
    Collections.shuffle(copy, random);
    return copy;
  }
}
