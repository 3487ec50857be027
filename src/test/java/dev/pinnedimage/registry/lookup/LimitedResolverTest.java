package dev.pinnedimage.registry.lookup;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Query;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LimitedResolverTest {
  private final Map<String, Integer> underWay = new ConcurrentHashMap<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final LimitedResolver resolver = new LimitedResolver(this::stall, 3, 2);

  @Test
  void keepsADeadHostFromStarvingAnother() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        fillAllTurns(threads);
      } finally {
        release.countDown();
      }
    }
    assertThat(underWay).containsEntry("dead.example", 20).containsEntry("third.example", 1);
  }

  private void fillAllTurns(ExecutorService threads) {
    for (int i = 0; i < 20; i++) {
      int tag = i;
      threads.execute(() -> resolver.resolve(query("dead.example/a:" + tag)));
    }
    await().until(() -> underWay.getOrDefault("dead.example", 0) == 2);
    threads.execute(() -> resolver.resolve(query("good.example/a:1")));
    await().until(() -> underWay.getOrDefault("good.example", 0) == 1);

    assertThat(underWay).containsEntry("dead.example", 2);
    threads.execute(() -> resolver.resolve(query("third.example/a:1")));
    await().during(Duration.ofMillis(200)).until(() -> !underWay.containsKey("third.example"));
  }

  private Resolution stall(Query query) {
    underWay.merge(query.reference().registry(), 1, Integer::sum);
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new Unresolved(Failure.TAG_NOT_FOUND, "x");
  }
}
