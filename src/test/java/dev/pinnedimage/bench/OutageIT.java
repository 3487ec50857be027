package dev.pinnedimage.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** The short version of {@link RegistrySoak}. */
@Isolated("measures delays")
class OutageIT {
  private static final int GOOD = 100;
  private static final int LOOKUPS_PER_HOST = 8;

  /**
   * Two look-ups may pass before the third failure; as the registry sees it, the last still close.
   */
  private static final int BEFORE_IT_OPENS = 2;

  @Test
  void aStalledAndADeadRegistryHoldFewConnectionsAndNobodyUp() {
    try (Outages registries = new Outages();
        Traffic traffic = registries.troubled()) {
      await().atMost(Duration.ofSeconds(30)).until(() -> traffic.resolved() == GOOD);
      int threads = Outages.threads();
      // Until the first ones have timed out and the circuit has opened.
      await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> registries.stalled().all() > LOOKUPS_PER_HOST);

      assertThat(traffic.resolved()).isEqualTo(GOOD);
      int most = LOOKUPS_PER_HOST + BEFORE_IT_OPENS;
      assertThat(registries.stalled().most()).isLessThanOrEqualTo(most);
      assertThat(registries.stalled().all()).isLessThanOrEqualTo(most + 1);
      assertThat(Outages.threads()).isLessThanOrEqualTo(threads + 4);
    }
  }
}
