package dev.pinnedimage.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pin that its tag does not vouch for is asked for now and then, for the registry may lose it.
 */
class LivenessTest extends LookupsHarness {
  private static final Duration SIX_HOURS = Duration.ofHours(6).plus(INTERVAL);
  private static final Unresolved GONE = new Unresolved(Failure.PINNED_DIGEST_GONE, "gone");

  @Test
  void asksOnceInSixHoursHoweverOftenItIsNeeded() {
    chance = 0.99;
    upstream = ONE;
    live(Duration.ofDays(2));

    // One to begin with, the next up to a tenth sooner, then one in six hours.
    assertThat(asked).isEqualTo(1 + 8);
  }

  @Test
  void isSpreadOverATenthOfTheTime() {
    chance = 0.5;
    live(Duration.ofHours(6).minusMinutes(18));
    assertThat(asked).isOne();

    live(INTERVAL);
    assertThat(asked).isEqualTo(2);
  }

  @Test
  void tellsThatItIsGoneAndThatItIsBack() {
    askDigest();
    told.clear();
    upstream = GONE;
    live(SIX_HOURS);
    assertThat(told).containsExactly(Set.of("a"));
    assertThat(askDigest()).isEqualTo(GONE);

    upstream = ONE;
    pass(INTERVAL);
    askDigest();
    assertThat(askDigest()).isEqualTo(ONE);
  }

  @ParameterizedTest
  @EnumSource(
      value = Failure.class,
      names = {"REGISTRY_UNREACHABLE", "RATE_LIMITED", "CREDENTIALS_REJECTED", "DIGEST_MISMATCH"})
  void remembersWhatADigestIsWhileTheRegistryCannotBeAsked(Failure failure) {
    askDigest();
    told.clear();
    upstream = new Unresolved(failure, "x");
    live(SIX_HOURS);

    assertThat(askDigest()).isEqualTo(ONE);
    assertThat(told).isEmpty();
    int before = asked;
    upstream = ONE;
    live(INTERVAL.multipliedBy(3));
    assertThat(asked).isEqualTo(before + 1);
  }

  @Test
  void looksAtOnceWhereItIsForced() {
    askDigest();
    upstream = GONE;
    pass(Duration.ofSeconds(1));
    lookups.lookNow(DIGEST);
    runPending();

    assertThat(askDigest()).isEqualTo(GONE);
  }

  private void live(Duration time) {
    Instant end = now.plus(time);
    while (now.isBefore(end)) {
      askDigest();
      pass(INTERVAL);
    }
  }

  private Resolution askDigest() {
    lookups.ask(DIGEST, INTERVAL, "a");
    runPending();
    return lookups.ask(DIGEST, INTERVAL, "a").orElseThrow().resolution();
  }
}
