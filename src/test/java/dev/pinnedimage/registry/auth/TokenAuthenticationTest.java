package dev.pinnedimage.registry.auth;

import static dev.pinnedimage.registry.ResolverHarness.unresolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distribution's token specification, from the side of whoever asks. */
class TokenAuthenticationTest extends TokenHarness {
  @Test
  void fetchesATokenForPullingThisRepositoryAndNothingElse() {
    assertThat(ask()).isInstanceOf(Resolved.class);

    assertThat(tokenRequests)
        .containsExactly("GET /token?service=s&scope=repository%3Ateam%2Fapp%3Apull");
    assertThat(tokenAuthorizations).containsExactly("none");
  }

  @Test
  void oneRequestSufficesWhileTheTokenLives() {
    ask();
    registry.clear();

    later(Duration.ofSeconds(269));
    assertThat(ask()).isInstanceOf(Resolved.class);

    assertThat(registry.requests()).containsExactly("HEAD /v2/team/app/manifests/1");
    assertThat(tokenRequests).hasSize(1);
  }

  @Test
  void asksAgainOnceTheRegistryNamesAnotherRealm() {
    String good = challenge;
    challenge = "Bearer realm=\"https://169.254.169.254/token\"";
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.TOKEN_REALM_REFUSED);

    challenge = good;
    assertThat(ask()).isInstanceOf(Resolved.class);
  }

  @Test
  void renewsTheTokenBeforeItExpiresWithoutBeingRefusedFirst() {
    ask();
    registry.clear();

    later(Duration.ofSeconds(271));
    assertThat(ask()).isInstanceOf(Resolved.class);

    assertThat(registry.authorizations()).containsExactly("Bearer t2");
  }

  @Test
  void replacesARevokedTokenOnce() {
    ask();
    later(Duration.ofSeconds(60));
    valid.clear();
    registry.clear();

    assertThat(ask()).isInstanceOf(Resolved.class);

    assertThat(registry.authorizations()).containsExactly("Bearer t1", "Bearer t2");
  }

  @Test
  void asksForNoOtherTokenWhereAFreshOneIsRefused() {
    tokens.otherwise(exchange -> {
      remember(exchange);
      ScriptedRegistry.answer(exchange, 200, "{\"token\":\"useless\"}");
    });

    for (int i = 0; i < 5; i++) {
      assertThat(unresolved(ask(PULLER)).reason()).isEqualTo(Failure.ACCESS_DENIED);
      later(Duration.ofSeconds(5));
    }

    assertThat(tokenRequests).hasSize(1);
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.AUTHENTICATION_REQUIRED);
  }

  @Test
  void showsBasicCredentialsToTheTokenServerAndNotToTheRegistry() {
    assertThat(ask(PULLER)).isInstanceOf(Resolved.class);

    assertThat(tokenRequests)
        .containsExactly(
            "GET /token?service=s&account=puller&scope=repository%3Ateam%2Fapp%3Apull");
    assertThat(tokenAuthorizations).containsExactly(((Credential.Basic) PULLER).authorization());
    assertThat(registry.authorizations()).allMatch(a -> a.equals("none") || a.equals("Bearer t1"));
  }

  @Test
  void postsAnIdentityTokenAsOauth2RefreshToken() {
    assertThat(ask(new Credential.IdentityToken("id+token"))).isInstanceOf(Resolved.class);

    assertThat(tokenRequests)
        .containsExactly(
            "POST /token grant_type=refresh_token&service=s&client_id=pinnedimage-operator"
                + "&scope=repository%3Ateam%2Fapp%3Apull&refresh_token=id%2Btoken");
    assertThat(tokenAuthorizations).containsExactly("none");
  }

  @Test
  void sharesNoTokenBetweenCredentialsOrRepositories() {
    guarded("team/other");
    ask();
    ask(PULLER);
    ask("team/other", PULLER);
    ask("team/other", PULLER);

    assertThat(tokenRequests).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void asksOnceForATokenThatManyNeedAtOnce() throws Exception {
    CountDownLatch all = new CountDownLatch(8);
    Callable<Resolution> waiting =
        () -> {
          all.countDown();
          all.await();
          return ask(PULLER);
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Resolution>> answers =
          threads.invokeAll(Stream.generate(() -> waiting).limit(8).toList());
      for (Future<Resolution> answer : answers) {
        assertThat(answer.get()).isInstanceOf(Resolved.class);
      }
    }

    assertThat(tokenRequests).hasSize(1);
  }

  @ParameterizedTest(name = "{0} from the token server, with credentials {1}: {2}")
  @CsvSource({
    "401, true,  CREDENTIALS_REJECTED",
    "403, true,  CREDENTIALS_REJECTED",
    "400, true,  CREDENTIALS_REJECTED",
    "401, false, AUTHENTICATION_REQUIRED",
    "429, true,  RATE_LIMITED",
    "500, true,  REGISTRY_UNAVAILABLE",
    "404, true,  REGISTRY_UNAVAILABLE",
    "302, true,  REGISTRY_UNAVAILABLE",
  })
  void saysWhatTheTokenServerRefused(int status, boolean basic, Failure reason) {
    tokens.otherwise(exchange -> {
      remember(exchange);
      ScriptedRegistry.answer(exchange, status, "hunter2", "Location", "http://elsewhere.example/");
    });

    Unresolved failure = unresolved(ask(basic ? PULLER : Credential.ANONYMOUS));

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.message())
        .contains("the token server " + tokens.authority())
        .doesNotContain("hunter2")
        .doesNotContain("?");
  }

  @ParameterizedTest(name = "{0}: asked {1} times in a minute")
  @CsvSource({"401, 2", "429, 1", "503, 12"})
  void remembersARefusal(int status, int requests) {
    tokens.otherwise(exchange -> {
      remember(exchange);
      ScriptedRegistry.answer(exchange, status, "", "Retry-After", "120");
    });

    for (int i = 0; i < 12; i++) {
      ask(PULLER);
      later(Duration.ofSeconds(5));
    }

    assertThat(tokenRequests).hasSize(requests);
  }

  @Test
  void neverMakesAPushTokenOfItsOwnCredentials() {
    challenge = bearer(",scope=\"repository:team/app:pull,push repository:other:*\"");

    ask(PULLER);

    assertThat(tokenRequests)
        .singleElement()
        .asString()
        .endsWith("&scope=repository%3Ateam%2Fapp%3Apull&scope=repository%3Aother%3Apull");
  }

  @Test
  void boundsWhatTheTokenServerSends() {
    tokens.otherwise(exchange ->
        ScriptedRegistry.answer(exchange, 200, "{\"token\":\"" + "a".repeat(70_000) + "\"}"));

    assertThat(unresolved(ask()))
        .returns(Failure.REGISTRY_UNAVAILABLE, Unresolved::reason)
        .satisfies(failure -> assertThat(failure.message()).endsWith("sends more than 64 KiB"));
  }

  @Test
  void sendsNothingToATokenServerElsewhere() {
    challenge = "Bearer realm=\"https://93.184.216.34/token\",service=\"s\"";

    assertThat(unresolved(ask(PULLER)).reason()).isEqualTo(Failure.TOKEN_REALM_REFUSED);
  }
}
