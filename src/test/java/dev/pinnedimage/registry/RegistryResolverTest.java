package dev.pinnedimage.registry;

import static dev.pinnedimage.registry.Fixtures.bareEntry;
import static dev.pinnedimage.registry.Fixtures.config;
import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.RegistrySettings.Host;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryResolverTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String TAG = "/v2/team/app/manifests/1";
  private static final String INDEX = index(entry("linux", "amd64"), entry("linux", "arm64"));
  private static final Credential BASIC = new Credential.Basic("u", "hunter2");

  private ScriptedRegistry registry;
  private RegistryResolver resolver;

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    resolver = resolver(registry);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void resolvesATagToTheDigestOfItsIndex() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);

    Resolved resolved = resolved(ask());

    assertThat(resolved.digest()).isEqualTo(digestOf(INDEX));
    assertThat(resolved.shape()).isEqualTo(Shape.INDEX);
    assertThat(resolved.platforms())
        .extracting(Object::toString)
        .containsExactly("linux/amd64", "linux/arm64");
    assertThat(registry.requests())
        .containsExactly("HEAD " + TAG, "GET /v2/team/app/manifests/" + digestOf(INDEX));
  }

  @Test
  void asksWithOneHeadAndNoGetWhileNothingMoves() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    Resolution first = ask();
    registry.clear();

    assertThat(ask()).isEqualTo(first);
    assertThat(registry.requests()).containsExactly("HEAD " + TAG);
  }

  @Test
  void getsATagWhoseRegistryHasNoHeadOrNoDigest() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    registry.on("HEAD " + TAG, 405);
    assertThat(resolved(ask()).digest()).isEqualTo(digestOf(INDEX));

    registry.on("HEAD " + TAG, 200, "Docker-Content-Digest", "sha512:abc");
    assertThat(resolved(ask()).digest()).isEqualTo(digestOf(INDEX));
  }

  @Test
  void asksAgainForADigestThatWasSeenWithSomebodyElsesCredential() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    Query byDigest = new Query(reference(image("@" + digestOf(INDEX))), Credential.ANONYMOUS);
    assertThat(resolver.resolve(byDigest)).isInstanceOf(Resolved.class);
    registry.on("GET /v2/team/app/manifests/" + digestOf(INDEX), 403);

    assertThat(unresolved(resolver.resolve(byDigest)).reason()).isEqualTo(Failure.ACCESS_DENIED);
  }

  @Test
  void readsThePlatformOfAPlainManifestFromItsConfig() {
    String config = config("linux", "arm64");
    String manifest = manifest(digestOf(config).value());
    registry.serve("team/app", "c", "application/octet-stream", config);
    registry.serve("team/app", "1", MediaTypes.OCI_MANIFEST, manifest);

    Resolved resolved = resolved(ask());

    assertThat(resolved.shape()).isEqualTo(Shape.MANIFEST);
    assertThat(resolved.platforms()).extracting(Object::toString).containsExactly("linux/arm64");
    assertThat(resolved.children())
        .extracting(Resolution.Child::digest)
        .containsExactly(digestOf(manifest));
  }

  @Test
  void readsNestedIndexesAndEntriesWithoutPlatform() {
    String config = config("linux", "riscv64");
    String manifest = manifest(digestOf(config).value());
    String inner = index(bareEntry(MediaTypes.OCI_MANIFEST, manifest));
    String root = index(entry("linux", "amd64"), bareEntry(MediaTypes.OCI_INDEX, inner));
    registry.serve("team/app", "c", "application/octet-stream", config);
    registry.serve("team/app", "m", MediaTypes.OCI_MANIFEST, manifest);
    registry.serve("team/app", "i", MediaTypes.OCI_INDEX, inner);
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, root);

    assertThat(resolved(ask()).platforms())
        .extracting(Object::toString)
        .containsExactly("linux/amd64", "linux/riscv64");
  }

  @Test
  void refusesIndexesInMoreThanThreeLevels() {
    String body = index(entry("linux", "amd64"));
    for (int level = 2; level <= 4; level++) {
      registry.serve("team/app", "x" + level, MediaTypes.OCI_INDEX, body);
      body = index(bareEntry(MediaTypes.OCI_INDEX, body));
    }
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, body);
    String three = "x4";

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.MANIFEST_INVALID);
    assertThat(resolver.resolve(new Query(reference(image(":" + three)), Credential.ANONYMOUS)))
        .isInstanceOf(Resolved.class);
  }

  @Test
  void saysThatAnIndexHasNothingToRun() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, index());

    assertThat(unresolved(ask()))
        .isEqualTo(
            new Unresolved(
                Failure.UNSUPPORTED_MEDIA_TYPE, image(":1") + ": the index has no runnable image"));
  }

  @Test
  void detectsBytesThatAreNotWhatTheDigestNames() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    registry.on(
        "GET /v2/team/app/manifests/" + digestOf(INDEX),
        exchange -> ScriptedRegistry.answer(exchange, 200, INDEX + " "));
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.DIGEST_MISMATCH);

    registry.on("HEAD " + TAG, 405);
    registry.on(
        "GET " + TAG,
        exchange ->
            ScriptedRegistry.answer(
                exchange, 200, INDEX, "Docker-Content-Digest", Fixtures.DIGEST));
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.DIGEST_MISMATCH);
  }

  @Test
  void tellsAMissingTagFromAMissingRepositoryWithOneGetOnly() {
    String body = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"secret stuff\"}]}";
    registry.on("GET " + TAG, exchange -> ScriptedRegistry.answer(exchange, 404, body));

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REPOSITORY_NOT_FOUND);
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REPOSITORY_NOT_FOUND);
    assertThat(registry.requests()).containsExactly("HEAD " + TAG, "GET " + TAG, "HEAD " + TAG);
  }

  @Test
  void saysThatAPinnedDigestIsGone() {
    Query gone = new Query(reference(image(":1@" + Fixtures.DIGEST)), Credential.ANONYMOUS);

    assertThat(unresolved(resolver.resolve(gone)).reason()).isEqualTo(Failure.PINNED_DIGEST_GONE);
  }

  @Test
  void doesNotCallAPinGoneWhereTheTagItselfNamesADigestThatIsNotThere() {
    registry.on("HEAD " + TAG, 200, "Docker-Content-Digest", Fixtures.DIGEST);

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REGISTRY_UNAVAILABLE);
  }

  @Test
  void refusesADigestOfAnotherAlgorithmWithoutAsking() {
    Query sha512 = new Query(reference(image("@sha512:" + "a".repeat(128))), Credential.ANONYMOUS);

    assertThat(unresolved(resolver.resolve(sha512)).reason()).isEqualTo(Failure.INVALID_REFERENCE);
    assertThat(registry.requests()).isEmpty();
  }

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
    "'Bearer realm=\"https://x/, Basic \"',             true,  AUTHENTICATION_REQUIRED, 1",
    "'Bearer realm=\"https://x/\", Basic realm=\"r\"',  true,  CREDENTIALS_REJECTED,    2",
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

  private Resolution ask() {
    return ask(Credential.ANONYMOUS);
  }

  private Resolution ask(Credential credential) {
    return resolver.resolve(new Query(reference(image(":1")), credential));
  }

  private String image(String rest) {
    return registry.authority() + "/team/app" + rest;
  }

  private static RegistryResolver resolver(ScriptedRegistry registry) {
    var settings = new RegistrySettings(Map.of(registry.authority(), new Host(true, null, false)));
    return new RegistryResolver(settings, InstantSource.fixed(NOW));
  }

  private static Resolved resolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolved.class);
    return (Resolved) resolution;
  }

  private static Unresolved unresolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Unresolved.class);
    return (Unresolved) resolution;
  }
}
