package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.digestOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusRulesTest extends ResolverHarness {
  @ParameterizedTest(name = "status {0} with Retry-After {1}: {2}, again in {3} s")
  @CsvSource({
    "429, 120,                             RATE_LIMITED,         120",
    "429, 'Tue, 24 Nov 2026 10:02:00 GMT', RATE_LIMITED,         120",
    "429, '',                              RATE_LIMITED,         60",
    "503, 7,                               REGISTRY_UNAVAILABLE, 7",
    "500, 7,                               REGISTRY_UNAVAILABLE, ",
    "502, ,                                REGISTRY_UNAVAILABLE, ",
    "418, ,                                REGISTRY_UNAVAILABLE, ",
    "403, ,                                ACCESS_DENIED,        ",
  })
  void understandsTheStatus(int status, String retryAfter, Failure reason, Long seconds) {
    String[] headers =
        retryAfter == null ? new String[0] : new String[] {"Retry-After", retryAfter};
    registry.on("HEAD " + TAG, status, headers);

    assertThat(unresolved(ask()))
        .returns(reason, Unresolved::reason)
        .returns(seconds == null ? null : NOW.plusSeconds(seconds), Unresolved::retryAt)
        .satisfies(failure -> assertThat(failure.message()).startsWith(image(":1") + ": "));
  }

  @ParameterizedTest(name = "challenge {0} with credentials {1}: {2} after {3} requests")
  @CsvSource({
    "'Basic realm=\"r\"',                               true,  CREDENTIALS_REJECTED,    2",
    "'Basic realm=\"r\"',                               false, AUTHENTICATION_REQUIRED, 1",
    "'Bearer service=\"Basic \", Basic realm=\"r\"',    true,  CREDENTIALS_REJECTED,    2",
    "'Bearer realm=\"https://x.example/, Basic \"',     true,  TOKEN_REALM_REFUSED,     1",
    "'Negotiate',                                       true,  AUTHENTICATION_REQUIRED, 1",
    "'',                                                false, AUTHENTICATION_REQUIRED, 1",
  })
  void understandsWhatA401AsksFor(String challenge, boolean basic, Failure reason, int requests) {
    registry.on("HEAD " + TAG, 401, "WWW-Authenticate", challenge);

    Unresolved failure = unresolved(ask(basic ? BASIC : Credential.ANONYMOUS));

    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.message()).doesNotContain("hunter2").doesNotContain("realm");
    assertThat(registry.requests()).hasSize(requests);
  }

  @Test
  void remembersThatAnOriginWantsBasicSoThatOneRequestSuffices() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    protect("HEAD " + TAG);
    protect("GET /v2/team/app/manifests/" + digestOf(INDEX));

    assertThat(ask(BASIC)).isInstanceOf(Resolved.class);
    assertThat(registry.authorizations()).hasSize(3).first().isEqualTo("none");
    registry.clear();

    assertThat(ask(BASIC)).isInstanceOf(Resolved.class);
    assertThat(registry.requests()).containsExactly("HEAD " + TAG);
  }

  private void protect(String request) {
    String digest = digestOf(INDEX).value();
    registry.on(
        request,
        exchange -> {
          if (exchange.getRequestHeaders().containsKey("Authorization")) {
            ScriptedRegistry.answer(
                exchange,
                200,
                INDEX,
                "Content-Type",
                MediaTypes.OCI_INDEX,
                "Docker-Content-Digest",
                digest);
          } else {
            ScriptedRegistry.answer(exchange, 401, "", "WWW-Authenticate", "basic realm=\"r\"");
          }
        });
  }
}
