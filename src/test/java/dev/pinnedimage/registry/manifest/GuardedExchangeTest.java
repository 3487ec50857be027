package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.reference;
import static dev.pinnedimage.registry.ResolverHarness.BASIC;
import static dev.pinnedimage.registry.ResolverHarness.INDEX;
import static dev.pinnedimage.registry.ResolverHarness.unresolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.limit.HostLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits as a registry sees them: by what arrives there. */
class GuardedExchangeTest {
  private Instant now = Instant.parse("2026-11-24T10:00:00Z");
  private ScriptedRegistry registry;
  private ScriptedRegistry other;
  private HostLimits limits;
  private RegistryResolver resolver;

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    other = new ScriptedRegistry();
    limits = new HostLimits(() -> now, new Random(1));
    resolver = resolver();
  }

  @AfterEach
  void stop() {
    registry.close();
    other.close();
  }

  private RegistryResolver resolver() {
    return new RegistryResolver(
        Fixtures.settings(
            Map.of("host", registry.authority(), "plainHttp", true, "requestsPerSecond", 1000),
            Map.of("host", other.authority(), "plainHttp", true)),
        AmbientIdentity.NONE,
        limits,
        new RegistryResolver.Memory());
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void leavesAHostAloneThatFailedThreeTimesInARow(int status) {
    for (String name : new String[] {"a", "b", "c", "d", "e"}) {
      registry.on("HEAD /v2/" + name + "/manifests/1", status);
    }
    ask("a");
    ask("b");
    Unresolved third = unresolved(ask("c"));
    Unresolved fourth = unresolved(ask("d"));

    assertThat(registry.requests()).hasSize(3);
    assertThat(fourth.reason()).isEqualTo(Failure.REGISTRY_UNAVAILABLE);
    assertThat(fourth.message())
        .isEqualTo(image("d") + ": the registry answers with status " + status + "; see its log");
    assertThat(fourth.retryAt()).isEqualTo(third.retryAt()).isAfter(now);
  }

  @Test
  void takesAHostUpAgainThatAnswersWithWhateverItIs() {
    open();
    now = now.plusSeconds(1);
    registry.on("HEAD /v2/a/manifests/1", 403);
    ask("a");
    registry.serve("b", "1", MediaTypes.OCI_INDEX, INDEX);

    assertThat(ask("b")).isInstanceOf(Resolved.class);
  }

  @Test
  void delaysNoOtherHost() {
    open();
    other.serve("a", "1", MediaTypes.OCI_INDEX, INDEX);

    assertThat(
            resolver.resolve(
                new Query(reference(other.authority() + "/a:1"), Credential.ANONYMOUS)))
        .isInstanceOf(Resolved.class);
  }

  @Test
  void doesNotTakeOneRepositorysTroubleForTheHosts() {
    registry.on("HEAD /v2/broken/manifests/1", 500);
    registry.serve("fine", "1", MediaTypes.OCI_INDEX, INDEX);
    for (int i = 0; i < 5; i++) {
      ask("broken");
    }

    assertThat(ask("fine")).isInstanceOf(Resolved.class);
  }

  @Test
  void triesAtOnceWithNewSettings() {
    open();
    registry.serve("a", "1", MediaTypes.OCI_INDEX, INDEX);
    resolver = resolver();

    assertThat(ask("a")).isInstanceOf(Resolved.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 503})
  void waitsAsLongAsItIsToldWithAllReferencesOfThatCredentialOnly(int status) {
    registry.on("HEAD /v2/a/manifests/1", status, "Retry-After", "90");
    registry.serve("b", "1", MediaTypes.OCI_INDEX, INDEX);
    Unresolved first = unresolved(ask("a"));

    assertThat(ask("b"))
        .isEqualTo(
            new Unresolved(
                first.reason(), first.message().replace("/a:1", "/b:1"), now.plusSeconds(90)));
    assertThat(registry.requests()).containsExactly("HEAD /v2/a/manifests/1");
    assertThat(ask("b", BASIC)).isInstanceOf(Resolved.class);
    resolver = resolver();
    assertThat(ask("b")).isInstanceOf(Unresolved.class);
    now = now.plusSeconds(90);
    assertThat(ask("b")).isInstanceOf(Resolved.class);
  }

  @Test
  void readsNoManifestWhileTheAllowanceIsNearlySpentAndGoesOnWithHeads() {
    String[] scarce = {"RateLimit-Limit", "100;w=21600", "RateLimit-Remaining", "9;w=21600"};
    registry.serve("a", "1", MediaTypes.OCI_INDEX, INDEX);
    Resolution before = ask("a");
    head(INDEX, scarce);

    assertThat(ask("a")).isEqualTo(before);
    String moved = index(entry("linux", "riscv64"));
    head(moved, scarce);
    registry.clear();
    assertThat(unresolved(ask("a")).reason()).isEqualTo(Failure.RATE_LIMITED);
    assertThat(registry.requests()).containsExactly("HEAD /v2/a/manifests/1");

    registry.serve("a", "1", MediaTypes.OCI_INDEX, moved);
    head(moved, "RateLimit-Limit", "100;w=21600", "RateLimit-Remaining", "10;w=21600");
    now = now.plus(Duration.ofMinutes(5));
    assertThat(ask("a")).isInstanceOf(Resolved.class);
  }

  @Test
  void stillSaysThatATagIsMissingWhereNoGetIsLeft() {
    registry.on(
        "HEAD /v2/a/manifests/1", 404, "RateLimit-Limit", "100", "RateLimit-Remaining", "1");

    assertThat(unresolved(ask("a")).reason()).isEqualTo(Failure.TAG_NOT_FOUND);
    assertThat(registry.requests()).containsExactly("HEAD /v2/a/manifests/1");
  }

  private void head(String body, String... headers) {
    String[] all = new String[headers.length + 2];
    System.arraycopy(headers, 0, all, 0, headers.length);
    all[headers.length] = "Docker-Content-Digest";
    all[headers.length + 1] = digestOf(body).value();
    registry.on("HEAD /v2/a/manifests/1", 200, all);
  }

  private void open() {
    registry.on("HEAD /v2/a/manifests/1", 502);
    ask("a");
    ask("a");
    ask("a");
  }

  private Resolution ask(String name) {
    return ask(name, Credential.ANONYMOUS);
  }

  private Resolution ask(String name, Credential credential) {
    return resolver.resolve(new Query(reference(image(name)), credential));
  }

  private String image(String name) {
    return registry.authority() + "/" + name + ":1";
  }
}
