package dev.pinnedimage.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupsTimingTest extends LookupsHarness {
  @Test
  void asksOncePerIntervalOverTenIntervals() {
    chance = 0.99;
    settle();
    asked = 0;
    for (Duration passed = Duration.ZERO;
        passed.compareTo(INTERVAL.multipliedBy(10)) < 0;
        passed = passed.plusSeconds(1)) {
      pass(Duration.ofSeconds(1));
      ask("a");
      runPending();
    }

    assertThat(asked).isEqualTo(10);
  }

  @Test
  void shortensTheFirstIntervalOnlyAndByATenthAtMost() {
    chance = 0.5;
    settle();
    assertThat(nextCheckIn("a")).isEqualTo(Duration.ofSeconds(285));

    pass(Duration.ofSeconds(285));
    ask("a");
    runPending();
    assertThat(nextCheckIn("a")).isEqualTo(INTERVAL);
  }

  @Test
  void keepsItsBeatHoweverLongWakingUpAndAskingTake() {
    settle();
    asked = 0;
    for (int beat = 0; beat < 100; beat++) {
      Duration wait = nextCheckIn("a");
      pass(wait.plusMillis(70));
      ask("a");
      pass(Duration.ofMillis(30));
      runPending();
    }

    assertThat(asked).isEqualTo(100);
    assertThat(nextCheckIn("a")).isEqualTo(INTERVAL.minusMillis(100));
  }

  @Test
  void startsANewBeatAfterALongWait() {
    settle();
    pass(INTERVAL.plusSeconds(31));
    ask("a");
    runPending();

    assertThat(nextCheckIn("a")).isEqualTo(INTERVAL);
  }

  @Test
  void spreadsWhatAHostSentAwayUntilTheSameMoment() {
    chance = 0.5;
    upstream = new Unresolved(Failure.REGISTRY_UNREACHABLE, "x", now.plusSeconds(20));
    settle();

    assertThat(nextCheckIn("a")).hasSeconds(25);
  }

  @Test
  void letsTheShortestIntervalOfThoseWhoStillAskDecide() {
    settle();
    lookups.ask(TAG, Duration.ofSeconds(10), "hasty");
    assertThat(nextCheckIn("a")).isEqualTo(Duration.ofSeconds(10));

    pass(Duration.ofSeconds(100));
    ask("a");
    assertThat(pending).isEmpty();
    assertThat(nextCheckIn("a")).hasSeconds(200);
  }

  @ParameterizedTest(name = "after {0}: {1} s")
  @CsvSource({
    "TAG_NOT_FOUND,           300",
    "MANIFEST_INVALID,        300",
    "CREDENTIALS_REJECTED,    30",
    "AUTHENTICATION_REQUIRED, 30",
    "RATE_LIMITED,            60",
  })
  void waitsAsTheFailureSays(Failure failure, long seconds) {
    upstream = new Unresolved(failure, "x");
    settle();

    assertThat(nextCheckIn("a")).hasSeconds(seconds);
  }

  @Test
  void backsOffWithFullJitterBetweenHalfASecondAndFiveMinutes() {
    upstream = new Unresolved(Failure.REGISTRY_UNREACHABLE, "x");
    List<Long> waits = new ArrayList<>();
    for (int failures = 1; failures <= 12; failures++) {
      chance = failures == 3 ? 0 : 0.999999;
      lookups.ask(TAG, Duration.ofHours(1), "a");
      runPending();
      Duration wait = nextCheckIn("a", Duration.ofHours(1));
      waits.add(Math.round(wait.toMillis() / 100.0));
      pass(wait);
    }

    assertThat(waits)
        .containsExactly(10L, 20L, 5L, 80L, 160L, 320L, 640L, 1280L, 2560L, 3000L, 3000L, 3000L);
  }

  @Test
  void startsTheBackOffAnewAfterASuccess() {
    chance = 0.999999;
    upstream = new Unresolved(Failure.REGISTRY_UNREACHABLE, "x");
    settle();
    pass(INTERVAL);
    change(ONE);
    pass(INTERVAL);
    change(new Unresolved(Failure.REGISTRY_UNREACHABLE, "x"));

    assertThat(nextCheckIn("a").toMillis()).isBetween(999L, 1000L);
  }

  @Test
  void doesNotAskBeforeTheMomentThatTheRegistryNamedNotEvenWhenForced() {
    upstream = new Unresolved(Failure.RATE_LIMITED, "x", now.plusSeconds(90));
    settle();
    lookups.lookNow(TAG);
    pass(Duration.ofSeconds(89));
    lookups.lookNow(TAG);
    ask("a");
    assertThat(pending).isEmpty();
    assertThat(nextCheckIn("a")).hasSeconds(1);

    pass(Duration.ofSeconds(1));
    ask("a");
    assertThat(pending).hasSize(1);
  }

  @Test
  void neverWaitsMoreThanAnHourForARegistry() {
    upstream = new Unresolved(Failure.REGISTRY_UNAVAILABLE, "x", now.plus(Duration.ofDays(9)));
    settle();

    assertThat(nextCheckIn("a")).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void neverNamesANextCheckThatIsPast() {
    settle();
    pass(INTERVAL.multipliedBy(2));
    Answer stale = ask("a").orElseThrow();

    assertThat(stale.nextCheck()).isEqualTo(now.plus(INTERVAL));
    assertThat(stale.checkedAt()).isBefore(now);
  }

  @Test
  void comesBackSoonerWhileAFailingLookUpIsUnderWay() {
    upstream = new Unresolved(Failure.REGISTRY_UNREACHABLE, "x");
    settle();
    pass(INTERVAL);

    assertThat(nextCheckIn("a")).hasSeconds(30);
  }
}
