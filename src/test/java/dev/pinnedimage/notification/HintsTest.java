package dev.pinnedimage.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.notification.payload.Pushed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class HintsTest {
  private static final Pushed PUSHED = new Pushed("a.corp", "web", "1");

  @Test
  void passAPushOnAMomentLaterAndOnceMoreWhenItMayBeLookedAtAgain() {
    List<Duration> after = new CopyOnWriteArrayList<>();
    try (ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      long start = System.nanoTime();
      new Hints(timer, _ -> after.add(Duration.ofNanos(System.nanoTime() - start))).accept(PUSHED);
      await().until(() -> after.size() == 2);
    }

    assertThat(after.getFirst()).isGreaterThanOrEqualTo(Duration.ofMillis(200));
    assertThat(after.getLast()).isGreaterThanOrEqualTo(Duration.ofMillis(1500));
    assertThat(Hints.AFTER.getLast().minus(Hints.AFTER.getFirst()))
        .isGreaterThan(Duration.ofSeconds(1));
  }
}
