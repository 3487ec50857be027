package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class EffectTest {
  private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  private final Effect effect = new Effect();

  private static Instant at(int seconds) {
    return START.plusSeconds(seconds);
  }

  private void missedAt(int... seconds) {
    for (int second : seconds) {
      effect.missed("shop", at(second));
    }
  }

  private boolean isExpectedAt(int seconds) {
    return effect.isExpected("shop", at(seconds));
  }

  @Test
  void isExpectedUntilTheContraryIsSeen() {
    assertThat(isExpectedAt(0)).isTrue();
    assertThat(effect.missing(at(0))).isEmpty();
  }

  @Test
  void isGivenUpAfterThreeMissesOverHalfAMinute() {
    missedAt(0, 15, 30);

    assertThat(isExpectedAt(30)).isFalse();
    assertThat(effect.missing(at(30))).containsExactly("shop");
  }

  @Test
  void twoMissesAreTooFew() {
    missedAt(0, 60);

    assertThat(isExpectedAt(60)).isTrue();
  }

  @Test
  void manyMissesWithinHalfAMinuteAreAnApiServerThatDoesNotKnowThePolicyYet() {
    missedAt(0, 1, 3, 7, 15, 29);

    assertThat(isExpectedAt(29)).isTrue();
  }

  @Test
  void oneSuccessMakesGoodForAllMissesBefore() {
    missedAt(0, 15);
    assertThat(effect.rewritten("shop")).isFalse();
    missedAt(30, 31);

    assertThat(isExpectedAt(31)).isTrue();
  }

  @Test
  void isTriedOnceAgainAfterFiveMinutes() {
    missedAt(0, 15, 30);

    assertThat(isExpectedAt(329)).isFalse();
    assertThat(isExpectedAt(330)).isTrue();
    assertThat(effect.missing(at(330))).containsExactly("shop");

    missedAt(331);
    assertThat(isExpectedAt(331)).isFalse();
    assertThat(isExpectedAt(631)).isTrue();
  }

  @Test
  void aSuccessAfterItWasGivenUpIsNews() {
    missedAt(0, 15, 30);

    assertThat(effect.rewritten("shop")).isTrue();
    assertThat(isExpectedAt(31)).isTrue();
    assertThat(effect.missing(at(31))).isEmpty();
  }

  @Test
  void whereNothingWasWrittenForAnHourNobodyKnowsAnyMore() {
    missedAt(0, 15, 30);

    assertThat(effect.missing(at(30 + 3600))).containsExactly("shop");
    assertThat(effect.missing(at(31 + 3600))).isEmpty();
  }

  @Test
  void aNewPolicyBeginsAnew() {
    missedAt(0, 15, 30);
    effect.begin();

    assertThat(isExpectedAt(30)).isTrue();
  }

  @Test
  void oneNamespaceSaysNothingOfAnother() {
    missedAt(0, 15, 30);
    effect.missed("other", at(30));

    assertThat(effect.isExpected("other", at(30))).isTrue();
    assertThat(effect.rewritten("other")).isFalse();
    assertThat(isExpectedAt(30)).isFalse();
  }
}
