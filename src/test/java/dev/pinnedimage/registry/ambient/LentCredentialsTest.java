package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpHandler;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A look-up with the operator's own identity, from the question to the registry's answer. */
class LentCredentialsTest extends ResolverHarness {
  private static final Credential.Basic OWN = new Credential.Basic("AWS", "hunter2");

  @BeforeEach
  void letOnlyTheOperatorIn() {
    String digest = Fixtures.digestOf(INDEX).value();
    HttpHandler serve =
        exchange -> {
          boolean in =
              OWN.authorization().equals(exchange.getRequestHeaders().getFirst("Authorization"));
          if (in) {
            ScriptedRegistry.answer(
                exchange,
                200,
                INDEX,
                "Content-Type",
                MediaTypes.OCI_INDEX,
                "Docker-Content-Digest",
                digest);
          } else {
            ScriptedRegistry.answer(exchange, 401, "", "WWW-Authenticate", "Basic realm=\"r\"");
          }
        };
    registry.on("HEAD " + TAG, serve).on("GET /v2/team/app/manifests/" + digest, serve);
  }

  private Resolution ask(Identity identity) {
    var ambient = new AmbientIdentities(name -> identity, Duration.ofSeconds(10), () -> NOW);
    var lent = new Credential.Ambient("docker-credential-test", registry.authority());
    var settings = Fixtures.plainHttp(registry.authority());
    return new RegistryResolver(
            settings,
            ambient,
            new HostLimits(() -> NOW, new Random(1)),
            new RegistryResolver.Memory())
        .resolve(new Query(Fixtures.reference(image(":1")), lent));
  }

  @Test
  void readsWithWhatTheIdentityIsWorth() {
    assertThat(resolved(ask(host -> new Acquired(OWN, NOW.plusSeconds(3600)))).digest())
        .isEqualTo(Fixtures.digestOf(INDEX));
  }

  @Test
  void saysWhyTheIdentityIsNotToBeHadAndReadsNothing() {
    var failure =
        unresolved(
            ask(host -> {
              throw Failures.because("no role for %s", host);
            }));

    assertThat(failure.reason()).isEqualTo(Failure.CREDENTIAL_HELPER_FAILED);
    assertThat(failure.message()).endsWith("no role for " + registry.authority());
    assertThat(registry.authorizations()).containsOnly("none");
  }
}
