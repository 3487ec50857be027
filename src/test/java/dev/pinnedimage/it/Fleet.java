package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.AccessLogLine;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Many PinnedImages over fewer references, each looked up every {@link #INTERVAL}. */
final class Fleet {
  static final Duration INTERVAL = Duration.ofSeconds(10);

  private final World world;
  private final int references;

  /** How many lines the access log had in the last pause. */
  private int paused;

  private Fleet(World world, int references) {
    this.world = world;
    this.references = references;
  }

  /** Returns when all of them are resolved. */
  static Fleet create(World world, int references, int pinnedImages) {
    Fleet fleet = new Fleet(world, references);
    IntStream.range(0, references).parallel().forEach(i -> world.push("fleet/r" + i, "1", "a"));
    IntStream.range(0, pinnedImages).parallel().forEach(fleet::pin);
    fleet.awaitAll(pinnedImages, "True", "Resolved", World.PATIENCE.multipliedBy(2));
    return fleet;
  }

  private void pin(int number) {
    String repository = "fleet/r" + number % references;
    world.pin("p" + number, world.registry.host() + "/" + repository + ":1");
  }

  /** Brings the checks close together, with a pause before the next round of them. */
  void lookNow() {
    PatchContext merge = PatchContext.of(PatchType.JSON_MERGE);
    String annotation =
        "{\"metadata\":{\"annotations\":{\"pinnedimage.dev/requestedAt\":\"%d\"}}}"
            .formatted(System.nanoTime());
    IntStream.range(0, references)
        .parallel()
        .forEach(i ->
            world
                .client()
                .resources(PinnedImage.class)
                .inNamespace(world.namespace)
                .withName("p" + i)
                .patch(merge, annotation));
  }

  void awaitAll(int pinnedImages, String status, String reason, Duration atMost) {
    await()
        .atMost(atMost)
        .pollInterval(Duration.ofSeconds(2))
        .until(() -> count(status, reason), n -> n == pinnedImages);
  }

  private long count(String status, String reason) {
    return world
        .client()
        .resources(PinnedImage.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .flatMap(pin -> pin.lastStatus().condition(ConditionType.Resolved).stream())
        .filter((Condition c) -> c.status().equals(status) && c.reason().equals(reason))
        .count();
  }

  /** What the operator sent, from a line of the access log on. */
  List<AccessLogLine> requests(int from) {
    List<AccessLogLine> lines = world.registry.accessLog();
    return lines.subList(from, lines.size()).stream().filter(AccessLogLine::isByOperator).toList();
  }

  /** The requests of the round of checks that is to come, from the last pause to the next. */
  List<AccessLogLine> nextRound() {
    int from = paused;
    await().atMost(INTERVAL.multipliedBy(3)).until(() -> requests(from).size() >= references);
    awaitPause();
    return requests(from).subList(0, paused - from);
  }

  /** Until nobody has asked for two seconds. */
  void awaitPause() {
    paused =
        await()
            .atMost(INTERVAL.multipliedBy(3))
            .pollInterval(Duration.ofSeconds(2))
            .until(new Pause(world)::lines, lines -> lines >= 0);
  }

  private static final class Pause {
    private final World world;
    private int before = -1;

    Pause(World world) {
      this.world = world;
    }

    int lines() {
      int now = world.registry.accessLog().size();
      boolean isPause = now == before;
      before = now;
      return isPause ? now : -1;
    }
  }
}
