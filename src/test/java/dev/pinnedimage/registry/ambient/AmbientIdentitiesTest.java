package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache and its bounds, whoever is asked. */
class AmbientIdentitiesTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private static final Credential.Ambient HERE = ambient("docker-credential-x", "here.example");

  private final AtomicInteger asked = new AtomicInteger();
  private volatile Instant now = START;
  private volatile Duration life = Duration.ofHours(12);
  private volatile boolean failing;

  private AmbientIdentities identities(Identity identity) {
    return identities(identity, Duration.ofSeconds(10));
  }

  private AmbientIdentities identities(Identity identity, Duration deadline) {
    return new AmbientIdentities(name -> identity, deadline, () -> now);
  }

  /** Another password each time. */
  private Acquired next(String host) throws Refusal {
    int number = asked.incrementAndGet();
    if (failing) {
      throw Failures.because("no. %d of %s failed", number, host);
    }
    return new Acquired(new Credential.Basic("AWS", "p" + number), now.plus(life));
  }

  private static Credential.Ambient ambient(String identity, String host) {
    return new Credential.Ambient(identity, host);
  }

  private static Credential password(String password) {
    return new Credential.Basic("AWS", password);
  }

  @ParameterizedTest(name = "of {0} min, asked again after {1} s: {2}")
  @CsvSource({
    "720, 42899, false", // five minutes before it expires
    "720, 42900, true",
    "10,  539,   false", // the last tenth of a short one
    "10,  540,   true",
  })
  void isKeptUntilShortlyBeforeItExpires(int lifeMinutes, int seconds, boolean again)
      throws Refusal {
    life = Duration.ofMinutes(lifeMinutes);
    AmbientIdentities identities = identities(this::next);
    identities.credential(HERE);

    now = START.plusSeconds(seconds);

    assertThat(identities.credential(HERE)).isEqualTo(password(again ? "p2" : "p1"));
  }

  @Test
  void isOnePerIdentityAndHost() throws Refusal {
    AmbientIdentities identities = identities(this::next);

    assertThat(identities.credential(HERE)).isEqualTo(password("p1"));
    assertThat(identities.credential(ambient("docker-credential-x", "there.example")))
        .isEqualTo(password("p2"));
    assertThat(identities.credential(ambient("docker-credential-y", "here.example")))
        .isEqualTo(password("p3"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"HERE.example", "here.Example:443"})
  void isTheSameHoweverTheHostIsSpelt(String spelling) throws Refusal {
    AmbientIdentities identities = identities(this::next);
    identities.credential(HERE);

    identities.credential(ambient("docker-credential-x", spelling));

    assertThat(asked).hasValue(1);
  }

  @Test
  void isAskedForOnceByAllWhoWaitAtOnce() throws Exception {
    var answer = new CountDownLatch(1);
    AmbientIdentities identities =
        identities(host -> {
          Acquired acquired = next(host);
          answer.await();
          return acquired;
        });

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Credential>> waiting =
          IntStream.range(0, 50)
              .mapToObj(i -> threads.submit(() -> identities.credential(HERE)))
              .toList();
      await().until(() -> asked.get() == 1);
      answer.countDown();

      for (Future<Credential> one : waiting) {
        assertThat(one.get()).isEqualTo(password("p1"));
      }
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  void isNotAskedForAgainFor30SecondsAfterAFailure() throws Refusal {
    failing = true;
    AmbientIdentities identities = identities(this::next);
    assertThatThrownBy(() -> identities.credential(HERE)).hasMessageContaining("no. 1 of");
    failing = false;

    now = START.plusSeconds(29);
    assertThatThrownBy(() -> identities.credential(HERE)).hasMessageContaining("no. 1 of");
    now = START.plusSeconds(30);
    assertThat(identities.credential(HERE)).isEqualTo(password("p2"));
  }

  @Test
  void isUsedToItsEndWhereItCannotBeRenewed() throws Refusal {
    AmbientIdentities identities = identities(this::next);
    identities.credential(HERE);
    failing = true;

    now = START.plus(life).minusSeconds(200);
    assertThat(identities.credential(HERE)).isEqualTo(password("p1"));
    now = START.plus(life).minusSeconds(20);
    assertThatThrownBy(() -> identities.credential(HERE)).hasMessageContaining("failed");
  }

  @Test
  void isGivenUpAtTheDeadlineAndInterrupted() {
    var interrupted = new AtomicBoolean();
    AmbientIdentities identities =
        identities(
            host -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
              }
              return next(host);
            },
            Duration.ofMillis(200));

    assertThatThrownBy(() -> identities.credential(HERE))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("docker-credential-x at here.example was not to be had within");
    await().untilTrue(interrupted);
  }

  @Test
  void goesOnForTheOthersWhereOneStopsWaiting() throws Exception {
    var answer = new CountDownLatch(1);
    AmbientIdentities identities =
        identities(host -> {
          Acquired acquired = next(host);
          answer.await();
          return acquired;
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Credential> impatient = threads.submit(() -> identities.credential(HERE));
      Future<Credential> patient = threads.submit(() -> identities.credential(HERE));
      await().until(() -> asked.get() == 1);

      impatient.cancel(true);
      answer.countDown();

      assertThat(patient.get()).isEqualTo(password("p1"));
    }
  }

  @Test
  void neverRepeatsWhatALibrarySays() {
    AmbientIdentities identities =
        identities(host -> {
          throw new IOException("sent hunter2 to the server");
        });

    assertThatThrownBy(() -> identities.credential(HERE))
        .isInstanceOf(Refusal.class)
        .hasMessageNotContaining("hunter2")
        .hasNoCause();
  }

  @Test
  void aDefectIsNoRefusal() {
    AmbientIdentities identities =
        identities(host -> {
          throw new NoClassDefFoundError("x");
        });

    assertThatThrownBy(() -> identities.credential(HERE))
        .isInstanceOf(IllegalStateException.class)
        .cause()
        .isNotInstanceOf(ExecutionException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "ECR, 123456789012.dkr.ecr.eu-west-1.amazonaws.com.evil.example",
    "GAR, europe-docker.pkg.dev.evil.example",
    "GAR, europe-docker.pkg.dev:8443",
    "ACR, team.azurecr.io.evil.example",
    "ACR, notazurecr.io",
  })
  void isNeverShownToAHostThatIsNotTheClouds(String identity, String host) {
    AmbientIdentities identities = identities(this::next);

    assertThatThrownBy(() -> identities.credential(ambient(identity, host)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Failure.CREDENTIAL_HELPER_FAILED))
        .hasMessageContaining("is no host of " + identity);
    assertThat(asked).hasValue(0);
  }
}
