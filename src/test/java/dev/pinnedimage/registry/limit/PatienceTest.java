package dev.pinnedimage.registry.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private static final Duration DEADLINE = Duration.ofMillis(200);

  @Test
  void doesNotCountTheWaitForOnesTurn() throws Exception {
    String answer =
        Patience.within(
            DEADLINE,
            () -> {
              Patience.waiting(() -> TimeUnit.MILLISECONDS.sleep(700));
              return "answered";
            });

    assertThat(answer).isEqualTo("answered");
  }

  @Test
  void endsAtTheDeadlineAfterAWaitAndInterruptsTheWork() throws InterruptedException {
    var interrupted = new CountDownLatch(1);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() ->
            Patience.within(
                DEADLINE,
                () -> {
                  Patience.waiting(() -> TimeUnit.MILLISECONDS.sleep(50));
                  return stall(interrupted);
                }));
    assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
  }

  private static String stall(CountDownLatch interrupted) {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      interrupted.countDown();
    }
    return "never";
  }

  @Test
  void handsOnWhatTheWorkThrew() {
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() ->
            Patience.within(
                DEADLINE,
                () -> {
                  throw new IOException("broken");
                }))
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void justWaitsWhereThereIsNoDeadline() throws InterruptedException {
    var waited = new CountDownLatch(1);
    Patience.waiting(waited::countDown);

    assertThat(waited.getCount()).isZero();
  }
}
