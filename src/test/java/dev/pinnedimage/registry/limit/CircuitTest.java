package dev.pinnedimage.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CircuitTest {
  private final Refusal down = new Refusal(Failure.REGISTRY_UNREACHABLE, "it is down");

  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private double chance = 0.999999;
  private final Circuit circuit = new Circuit();

  private final class Chance implements RandomGenerator {
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
  void asksOnAfterTwoFailuresAndNotAfterThree() throws Refusal {
    assertThat(fail().retryAt()).isEmpty();
    assertThat(fail().retryAt()).isEmpty();
    Refusal third = fail();

    assertThat(third.retryAt()).hasValueSatisfying(next -> assertThat(next).isAfter(now));
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> circuit.enter(now))
        .withMessage("it is down")
        .satisfies(told -> assertThat(told.retryAt()).isEqualTo(third.retryAt()));
  }

  @Test
  void startsCountingAnewAfterASuccess() throws Refusal {
    fail();
    fail();
    circuit.succeeded();
    fail();
    fail();

    assertThatNoException().isThrownBy(() -> circuit.enter(now));
  }

  @Test
  void letsOneThroughToSeeAndTheOthersWhenItSucceeded() throws Refusal {
    open();
    pass(Duration.ofSeconds(1));
    circuit.enter(now);
    assertThatExceptionOfType(Refusal.class).isThrownBy(() -> circuit.enter(now));

    circuit.succeeded();
    circuit.enter(now);
    circuit.enter(now);
  }

  @Test
  void letsAnotherTryWhereTheFirstNeverEnds() throws Refusal {
    open();
    pass(Duration.ofSeconds(1));
    circuit.enter(now);
    pass(Duration.ofSeconds(12));

    assertThatNoException().isThrownBy(() -> circuit.enter(now));
  }

  @Test
  void backsOffWithFullJitterBetweenHalfASecondAndAMinute() throws Refusal {
    List<Long> waits = new ArrayList<>();
    fail();
    fail();
    for (int round = 0; round < 9; round++) {
      chance = round == 3 ? 0 : 0.999999;
      Instant next = fail().retryAt().orElseThrow();
      Duration wait = Duration.between(now, next);
      waits.add(Math.round(wait.toMillis() / 100.0));
      pass(wait);
    }

    assertThat(waits).containsExactly(10L, 20L, 40L, 5L, 160L, 320L, 600L, 600L, 600L);
  }

  @Test
  void countsOnceWhatFailedTogether() throws Refusal {
    int round = circuit.enter(now);
    Instant next = null;
    for (int i = 0; i < 8; i++) {
      next = circuit.failed(round, down, now, new Chance()).retryAt().orElse(null);
    }

    assertThat(next).isBeforeOrEqualTo(now.plusSeconds(1));
  }

  private void open() throws Refusal {
    fail();
    fail();
    fail();
  }

  private Refusal fail() throws Refusal {
    return circuit.failed(circuit.enter(now), down, now, new Chance());
  }

  private void pass(Duration duration) {
    now = now.plus(duration);
  }
}
