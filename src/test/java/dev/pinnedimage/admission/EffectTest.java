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
  void isGivenUpAfterThreeMissesOverTenSeconds() {
    missedAt(0, 4, 10);

    assertThat(isExpectedAt(10)).isFalse();
    assertThat(effect.missing(at(10))).containsExactly("shop");
  }

  @Test
  void twoMissesAreTooFew() {
    missedAt(0, 60);

    assertThat(isExpectedAt(60)).isTrue();
  }

  @Test
  void manyMissesWithinSecondsAreAnApiServerThatHasJustStarted() {
    missedAt(0, 1, 2, 3, 4, 5, 9);

    assertThat(isExpectedAt(9)).isTrue();
  }

  @Test
  void oneSuccessMakesGoodForAllMissesBefore() {
    missedAt(0, 5);
    assertThat(effect.rewritten("shop")).isFalse();
    missedAt(10, 11);

    assertThat(isExpectedAt(11)).isTrue();
  }

  @Test
  void isTriedOnceAgainAfterFiveMinutes() {
    missedAt(0, 5, 10);

    assertThat(isExpectedAt(309)).isFalse();
    assertThat(isExpectedAt(310)).isTrue();
    assertThat(effect.missing(at(310))).containsExactly("shop");

    missedAt(311);
    assertThat(isExpectedAt(311)).isFalse();
    assertThat(isExpectedAt(611)).isTrue();
  }

  @Test
  void aSuccessAfterItWasGivenUpIsNews() {
    missedAt(0, 5, 10);

    assertThat(effect.rewritten("shop")).isTrue();
    assertThat(isExpectedAt(11)).isTrue();
    assertThat(effect.missing(at(11))).isEmpty();
  }

  @Test
  void whereNothingWasWrittenForAnHourNobodyKnowsAnyMore() {
    missedAt(0, 5, 10);

    assertThat(effect.missing(at(10 + 3600))).containsExactly("shop");
    assertThat(effect.missing(at(11 + 3600))).isEmpty();
  }

  @Test
  void aNewPolicyBeginsAnew() {
    missedAt(0, 5, 10);
    effect.begin();

    assertThat(isExpectedAt(10)).isTrue();
  }

  @Test
  void oneNamespaceSaysNothingOfAnother() {
    missedAt(0, 5, 10);
    effect.missed("other", at(10));

    assertThat(effect.isExpected("other", at(10))).isTrue();
    assertThat(effect.rewritten("other")).isFalse();
    assertThat(isExpectedAt(10)).isFalse();
  }
}
