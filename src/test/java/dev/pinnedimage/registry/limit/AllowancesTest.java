package dev.pinnedimage.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AllowancesTest {
  private static final String HUB = "docker.io";
  private static final Credential ANONYMOUS = Credential.ANONYMOUS;
  private static final Credential BASIC = new Credential.Basic("u", "hunter2");

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private final Allowances allowances = new Allowances(() -> now);

  @ParameterizedTest(name = "limit {0}, remaining {1}: no GET {2}")
  @CsvSource({
    "100;w=21600, 76;w=21600, false",
    "100;w=21600, 10;w=21600, false",
    "100;w=21600, 9;w=21600,  true",
    "100;w=21600, 0;w=21600,  true",
    "10;w=3600,   1;w=3600,   false",
    "10;w=3600,   0;w=3600,   true",
    "100,         5,          true",
    "'100, 100;w=60', 5,      false",
    "many,        5,          false",
    "100,         few,        false",
    "'',          '',         false",
    "0,           0,          false",
    "99999999999999999999, 0, false",
  })
  void sparesTheLastTenth(String limit, String remaining, boolean scarce) {
    allowances.note(HUB, ANONYMOUS, limit, remaining);

    assertThat(catchThrowable(() -> allowances.check(HUB, ANONYMOUS, true)) != null)
        .isEqualTo(scarce);
    assertThatNoException().isThrownBy(() -> allowances.check(HUB, ANONYMOUS, false));
    assertThatNoException().isThrownBy(() -> allowances.check(HUB, BASIC, true));
    assertThatNoException().isThrownBy(() -> allowances.check("quay.io", ANONYMOUS, true));
  }

  @Test
  void saysWhyInASentenceThatDoesNotChangeWithEachPull() {
    allowances.note(HUB, ANONYMOUS, "100;w=21600", "9;w=21600");
    Refusal nine = refusal();
    allowances.note(HUB, ANONYMOUS, "100;w=21600", "8;w=21600");

    assertThat(nine.reason()).isEqualTo(Failure.RATE_LIMITED);
    assertThat(nine)
        .hasMessage(
            "fewer than a tenth of the 100 pulls in 6 h that the registry allows are left; the manifest is read once there are more")
        .hasMessage(refusal().getMessage());
    assertThat(nine.retryAt()).contains(now.plus(Duration.ofMinutes(5)));
  }

  @Test
  void readsAgainOnceAHeadSaysThatThereIsMore() {
    allowances.note(HUB, ANONYMOUS, "100;w=21600", "9;w=21600");
    allowances.note(HUB, ANONYMOUS, "100;w=21600", "90;w=21600");

    assertThatNoException().isThrownBy(() -> allowances.check(HUB, ANONYMOUS, true));
  }

  @Test
  void keepsWhatItKnowsWhereAnAnswerSaysNothing() {
    allowances.note(HUB, ANONYMOUS, "100;w=21600", "9;w=21600");
    allowances.note(HUB, ANONYMOUS, "", "");

    assertThat(refusal().reason()).isEqualTo(Failure.RATE_LIMITED);
  }

  @Test
  void forgetsItWhenItsWindowIsOver() {
    allowances.note(HUB, ANONYMOUS, "100;w=60", "0;w=60");
    now = now.plusSeconds(60);

    assertThatNoException().isThrownBy(() -> allowances.check(HUB, ANONYMOUS, true));
  }

  @Test
  void leavesTheHostAloneUntilTheMomentThatItNamedHeadsIncluded() {
    Refusal told = new Refusal(Failure.RATE_LIMITED, "429", now.plusSeconds(90));
    allowances.pause(HUB, ANONYMOUS, told);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> allowances.check(HUB, ANONYMOUS, false))
        .isSameAs(told);
    assertThatNoException().isThrownBy(() -> allowances.check(HUB, BASIC, true));
    now = now.plusSeconds(90);
    assertThatNoException().isThrownBy(() -> allowances.check(HUB, ANONYMOUS, true));
  }

  private Refusal refusal() {
    return (Refusal) catchThrowable(() -> allowances.check(HUB, ANONYMOUS, true));
  }
}
