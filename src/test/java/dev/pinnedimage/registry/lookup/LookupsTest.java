package dev.pinnedimage.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LookupsTest extends LookupsHarness {
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
  void doesNotRefreshADigestEveryIntervalUnlessForced() {
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

  @Test
  void forgetsAtOnceWhatOnlyADeletedSubscriberNeeded() {
    settle();
    int before = lookups.size();
    lookups.forget("a");

    assertThat(before).isEqualTo(1);
    assertThat(lookups.size()).isZero();
  }
}
