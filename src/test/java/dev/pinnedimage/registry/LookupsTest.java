package dev.pinnedimage.registry;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookupsTest {
  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final Query TAG = query("quay.io/team/app:1");
  private static final Query DIGEST = query("quay.io/team/app@" + Fixtures.DIGEST);
  private static final Resolution ONE = resolved("1");
  private static final Resolution TWO = resolved("2");

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private double chance;
  private Resolution upstream = ONE;
  private int asked;
  private final Deque<Runnable> pending = new ArrayDeque<>();
  private final List<Set<String>> told = new ArrayList<>();
  private final Lookups<String> lookups =
      new Lookups<>(
          _ -> {
            asked++;
            return upstream;
          },
          () -> now,
          new FixedRandom(),
          pending::add,
          told::add);

  private final class FixedRandom implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new AssertionError("only doubles are drawn");
    }

    @Override
    public double nextDouble() {
      return chance;
    }
  }

  @Test
  void hasNoAnswerWhileTheFirstLookUpIsUnderWayAndTellsThenWhoAsked() {
    assertThat(ask("a")).isEmpty();
    assertThat(ask("b")).isEmpty();
    runPending();

    assertThat(told).containsExactly(Set.of("a", "b"));
    assertThat(asked).isOne();
    assertThat(ask("a").orElseThrow()).isEqualTo(new Answer(ONE, now, now.plus(INTERVAL)));
  }

  @Test
  void keepsLookUpsOfDifferentCredentialsApart() {
    ask("a");
    lookups.ask(new Query(TAG.reference(), new Credential.Basic("u", "p")), INTERVAL, "b");
    runPending();

    assertThat(asked).isEqualTo(2);
    assertThat(told).containsExactly(Set.of("a"), Set.of("b"));
  }

  @Test
  void givesTheOldAnswerWhileItIsRefreshedOnce() {
    settle();
    pass(INTERVAL);
    upstream = TWO;

    assertThat(ask("a")).get().extracting(Answer::resolution).isEqualTo(ONE);
    assertThat(ask("b")).get().extracting(Answer::resolution).isEqualTo(ONE);
    assertThat(pending).hasSize(1);
    runPending();

    assertThat(told).containsExactly(Set.of("a", "b"));
    assertThat(ask("a")).get().extracting(Answer::resolution).isEqualTo(TWO);
  }

  @Test
  void tellsNobodyOfAnEqualAnswer() {
    settle();
    pass(INTERVAL);
    ask("a");
    upstream = resolved("1");
    runPending();

    assertThat(asked).isEqualTo(2);
    assertThat(told).isEmpty();
  }

  @Test
  void tellsOnlyWhoAskedSinceTheLastTime() {
    settle();
    ask("b");
    change(TWO);
    told.clear();
    ask("b");
    pass(INTERVAL);
    upstream = ONE;
    ask("b");
    runPending();

    assertThat(told).containsExactly(Set.of("b"));
  }

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
  void looksNowAtMostOncePerSecond() {
    settle();
    lookups.lookNow(TAG);
    assertThat(pending).isEmpty();

    pass(Duration.ofSeconds(1));
    lookups.lookNow(TAG);
    lookups.lookNow(TAG);
    assertThat(pending).hasSize(1);
  }

  @Test
  void looksOnceMoreWhereForcedWhileALookUpIsUnderWay() {
    settle();
    pass(INTERVAL);
    ask("a");
    lookups.lookNow(TAG);
    pass(Duration.ofSeconds(1));
    runPending();

    assertThat(asked).isEqualTo(3);
  }

  @Test
  void doesNothingNowForWhatNobodyAskedFor() {
    lookups.lookNow(TAG);

    assertThat(pending).isEmpty();
  }

  @Test
  void neverRefreshesADigestThatIsResolvedUnlessForced() {
    lookups.ask(DIGEST, INTERVAL, "a");
    runPending();
    pass(INTERVAL.multipliedBy(2));
    assertThat(lookups.ask(DIGEST, INTERVAL, "a").orElseThrow().nextCheck())
        .isEqualTo(now.plus(INTERVAL));
    assertThat(pending).isEmpty();

    lookups.lookNow(DIGEST);
    assertThat(pending).hasSize(1);
  }

  @Test
  void refreshesADigestThatCouldNotBeRead() {
    upstream = new Unresolved(Failure.PINNED_DIGEST_GONE, "x");
    lookups.ask(DIGEST, INTERVAL, "a");
    runPending();
    pass(INTERVAL);
    lookups.ask(DIGEST, INTERVAL, "a");

    assertThat(pending).hasSize(1);
  }

  @Test
  void forgetsWhatNobodyAskedForInTwoIntervalsAndAMinute() {
    settle();
    pass(INTERVAL.multipliedBy(2).plusSeconds(61));
    lookups.ask(DIGEST, INTERVAL, "b");

    assertThat(lookups.size()).isOne();
    assertThat(ask("a")).isEmpty();
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

  @Test
  void survivesADefectOfTheResolverAndOfAListener() {
    Lookups<String> broken =
        new Lookups<>(
            _ -> {
              throw new IllegalStateException("boom");
            },
            () -> now,
            new FixedRandom(),
            Runnable::run,
            _ -> {
              throw new IllegalStateException("bang");
            });
    broken.ask(TAG, INTERVAL, "a");

    assertThat(broken.ask(TAG, INTERVAL, "a").orElseThrow().resolution())
        .isInstanceOfSatisfying(
            Unresolved.class,
            failure -> assertThat(failure.message()).doesNotContain("boom", "Exception"));
  }

  private Optional<Answer> ask(String subscriber) {
    return lookups.ask(TAG, INTERVAL, subscriber);
  }

  private Duration nextCheckIn(String subscriber) {
    return nextCheckIn(subscriber, INTERVAL);
  }

  private Duration nextCheckIn(String subscriber, Duration interval) {
    return Duration.between(now, lookups.ask(TAG, interval, subscriber).orElseThrow().nextCheck());
  }

  /** One subscriber, one look-up made, nothing told yet. */
  private void settle() {
    ask("a");
    runPending();
    told.clear();
  }

  private void change(Resolution to) {
    upstream = to;
    pass(INTERVAL);
    ask("a");
    runPending();
  }

  private void pass(Duration duration) {
    now = now.plus(duration);
  }

  private void runPending() {
    while (!pending.isEmpty()) {
      pending.remove().run();
    }
  }

  private static Resolution resolved(String seed) {
    return new Resolved(Fixtures.digestOf(seed), MediaTypes.OCI_INDEX, Shape.INDEX, List.of());
  }
}
