package dev.pinnedimage.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.RegistryHost;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** Near the overflow, as {@link System#nanoTime} may be. */
  private long now = -SECOND;

  private final List<Double> waits = new ArrayList<>();
  private final Pace pace =
      new Pace(
          () -> now,
          nanos -> {
            waits.add(nanos / (double) SECOND);
            now += nanos;
          });

  @Test
  void letsHalfASecondsWorthGoAtOnceAndThenTenASecond() throws InterruptedException {
    ask(host(Map.of()), 5);
    assertThat(waits).isEmpty();

    ask(host(Map.of()), 30);
    assertThat(waits).hasSize(30).allSatisfy(wait -> assertThat(wait).isCloseTo(0.1, within(1e-6)));
  }

  @Test
  void keepsTheRateThatIsConfiguredHoweverLow() throws InterruptedException {
    ask(host(Map.of("requestsPerSecond", 0.25)), 3);

    assertThat(waits).containsExactly(4.0, 4.0);
  }

  @Test
  void spendsNothingOfAnotherHost() throws InterruptedException {
    ask(host(Map.of()), 6);
    assertThat(waits).hasSize(1);

    ask(Fixtures.host(Map.of("host", "other.example")), 5);
    assertThat(waits).hasSize(1);
  }

  @Test
  void remembersWhatWasSpentWhenTheRateIsChanged() throws InterruptedException {
    ask(host(Map.of("requestsPerSecond", 4)), 2);
    assertThat(waits).isEmpty();

    ask(host(Map.of("requestsPerSecond", 100)), 3);
    assertThat(waits).containsExactly(0.25, 0.01, 0.01);
  }

  @Test
  void savesNoMoreThanHalfASecondsWorthHoweverLongNobodyAsked() throws InterruptedException {
    ask(host(Map.of()), 5);
    now += 3600 * SECOND;
    ask(host(Map.of()), 6);

    assertThat(waits).hasSize(1);
  }

  private void ask(RegistryHost host, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      pace.await(host);
    }
  }

  private static RegistryHost host(Map<String, ?> keys) {
    Map<String, Object> all = new HashMap<>(keys);
    all.put("host", "quay.io");
    return Fixtures.host(all);
  }
}
