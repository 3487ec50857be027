package dev.pinnedimage.notification;

import dev.pinnedimage.notification.payload.Pushed;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Passes a push on a moment after it was reported, and once more. Measured: distribution 3.1.2
 * sends its event before it moves the tag, and who looks at once sees the old content; on slow
 * storage, or behind a cache, a moment may not be enough either.
 */
final class Hints implements Consumer<Pushed> {
  /** The second is more than a second after the first: sooner, no tag is looked at again. */
  static final List<Duration> AFTER = List.of(Duration.ofMillis(200), Duration.ofMillis(1500));

  private final ScheduledExecutorService timer;
  private final Consumer<Pushed> consumer;

  Hints(ScheduledExecutorService timer, Consumer<Pushed> consumer) {
    this.timer = timer;
    this.consumer = consumer;
  }

  @Override
  public void accept(Pushed pushed) {
    for (Duration delay : AFTER) {
      var _ =
          timer.schedule(() -> consumer.accept(pushed), delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
