package dev.pinnedimage;

import dev.pinnedimage.registry.RegistrySettings;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the operator's file every other second while it runs. */
final class ConfigWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("configuration").daemon().factory());

  private ConfigWatch() {}

  /** Without a file there is nothing to watch. */
  static ConfigWatch start(@Nullable ConfigFile file, Consumer<RegistrySettings> use) {
    ConfigWatch watch = new ConfigWatch();
    if (file != null) {
      long millis = BETWEEN.toMillis();
      var _ =
          watch.timer.scheduleWithFixedDelay(
              () -> check(file, use), millis, millis, TimeUnit.MILLISECONDS);
    }
    return watch;
  }

  private static void check(ConfigFile file, Consumer<RegistrySettings> use) {
    try {
      file.check(use);
    } catch (RuntimeException e) {
      // Else the timer would stop for good.
      log.error("looking at the configuration failed by a defect of the operator", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
