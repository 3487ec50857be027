package dev.pinnedimage.registry.lookup;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a registry's word that something was pushed starts, and what it cannot. */
class LookupsHintTest extends LookupsHarness {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private void pushed(String tag) {
    lookups.hint(query("quay.io/team/app:" + tag).reference()::equals);
  }

  private void pushedAny() {
    lookups.hint(TAG.reference()::sameRepository);
  }

  /** Like a PinnedImage: told, it asks again. */
  private void settleAndAskAgain() {
    settle();
    ask("a");
    pass(SECOND);
  }

  @Test
  void looksAtOnceAndTellsWhoAskedLongAgo() {
    settleAndAskAgain();
    pass(INTERVAL.dividedBy(2));
    upstream = TWO;
    pushed("1");
    runPending();

    assertThat(asked).isEqualTo(2);
    assertThat(told).containsExactly(Set.of("a"));
    assertThat(ask("a")).get().extracting(Answer::resolution).isEqualTo(TWO);
  }

  @Test
  void tellsNobodyWhereNothingMoved() {
    settleAndAskAgain();
    pushed("1");
    runPending();

    assertThat(asked).isEqualTo(2);
    assertThat(told).isEmpty();
  }

  @Test
  void looksForEveryCredentialAndForEveryTagWhereNoneIsNamed() {
    settleAndAskAgain();
    lookups.ask(new Query(TAG.reference(), new Credential.Basic("u", "p")), INTERVAL, "b");
    lookups.ask(query("quay.io/team/app:2"), INTERVAL, "c");
    lookups.ask(DIGEST, INTERVAL, "a");
    runPending();
    pass(SECOND);
    asked = 0;

    pushed("1");
    runPending();
    assertThat(asked).isEqualTo(2);

    pass(SECOND);
    pushedAny();
    runPending();
    assertThat(asked).isEqualTo(2 + 3);
  }

  @Test
  void costsNothingForWhatNobodyAskedFor() {
    settleAndAskAgain();
    pushed("2");

    assertThat(pending).isEmpty();
    assertThat(told).isEmpty();
    assertThat(lookups.size()).isOne();
  }

  @Test
  void comesTooSoonAndIsMadeGoodByWhoIsToldToComeAgain() {
    settle();
    ask("a");
    pushed("1");
    assertThat(pending).isEmpty();
    assertThat(told).containsExactly(Set.of("a"));
    assertThat(nextCheckIn("a")).isEqualTo(SECOND);

    upstream = TWO;
    pass(SECOND);
    ask("a");
    runPending();
    assertThat(told).containsExactly(Set.of("a"), Set.of("a"));
    assertThat(ask("a")).get().extracting(Answer::resolution).isEqualTo(TWO);
  }

  @Test
  void isMadeGoodToWhereItComesWhileALookUpIsUnderWay() {
    settleAndAskAgain();
    pushed("1");
    pushed("1");
    assertThat(told).containsExactly(Set.of("a"));
    ask("a");
    runPending();
    upstream = TWO;
    assertThat(nextCheckIn("a")).isEqualTo(SECOND);

    pass(SECOND);
    ask("a");
    runPending();
    assertThat(told).containsExactly(Set.of("a"), Set.of("a"));
  }

  @Test
  void wakesNobodyTwiceForOneLookThatIsStillToCome() {
    settle();
    ask("a");
    for (int i = 0; i < 100; i++) {
      pushed("1");
      ask("a");
    }

    assertThat(told).containsExactly(Set.of("a"));
    assertThat(pending).isEmpty();
  }

  @Test
  void costsOneLookASecondHoweverOftenItIsForged() {
    settleAndAskAgain();
    asked = 0;
    Instant end = now.plusSeconds(10);
    while (now.isBefore(end)) {
      pushed("1");
      runPending();
      ask("a");
      runPending();
      pass(Duration.ofMillis(20));
    }

    assertThat(asked).isEqualTo(10);
  }

  @Test
  void waitsUntilTheMomentThatTheRegistryNamed() {
    upstream = new Unresolved(Failure.RATE_LIMITED, "x", now.plusSeconds(90));
    settleAndAskAgain();
    pushed("1");

    assertThat(pending).isEmpty();
    assertThat(nextCheckIn("a")).hasSeconds(89);
  }
}
