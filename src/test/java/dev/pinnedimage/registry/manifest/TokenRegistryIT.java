package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.ResolverHarness.unresolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.harness.AccessLogLine;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.harness.TokenAuthority;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The CNCF registry behind a token server, whose JWTs it verifies. */
class TokenRegistryIT {
  private static final Credential PULLER =
      new Credential.Basic(Login.PULLER.user(), Login.PULLER.password());

  private TokenAuthority tokens;
  private RegistryServer registry;
  private TestImages images;
  private RegistryResolver resolver;

  @BeforeEach
  void start() {
    tokens = TokenAuthority.start(Login.PULLER);
    registry = RegistryServer.startWithTokenAuth(tokens);
    images = new TestImages(registry);
    var settings = Fixtures.plainHttp(registry.host(), tokens.host());
    resolver = new RegistryResolver(settings, InstantSource.system());
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
  }

  private Resolution ask(PushedImage image, Credential credential) {
    String reference = registry.host() + "/" + image.repository() + ":" + image.tag();
    return resolver.resolve(new Query(Fixtures.reference(reference), credential));
  }

  private PushedImage push(String repository) {
    return images.pushIndex(repository, "1", "seed", "linux/amd64", "linux/arm64");
  }

  @Test
  void resolvesWhatIsPublicWithATokenThatAnybodyGets() {
    PushedImage image = push("public/app");

    assertThat(ask(image, Credential.ANONYMOUS))
        .isInstanceOfSatisfying(
            Resolved.class, found -> assertThat(found.digest()).isEqualTo(image.digest()));
  }

  @Test
  void resolvesWhatIsPrivateWithBasicCredentialsOrAnIdentityToken() {
    PushedImage image = push("private/app");

    assertThat(ask(image, PULLER)).isInstanceOf(Resolved.class);
    assertThat(ask(image, new Credential.IdentityToken(TokenAuthority.IDENTITY_TOKEN)))
        .isInstanceOf(Resolved.class);
    assertThat(tokens.requests())
        .containsExactly("GET repository:private/app:pull", "POST repository:private/app:pull");
  }

  @Test
  void tellsAnonymousFromWrongCredentials() {
    PushedImage image = push("private/app");

    assertThat(unresolved(ask(image, Credential.ANONYMOUS)).reason())
        .isEqualTo(Failure.AUTHENTICATION_REQUIRED);
    assertThat(unresolved(ask(image, new Credential.Basic("puller", "wrong"))).reason())
        .isEqualTo(Failure.CREDENTIALS_REJECTED);
    assertThat(unresolved(ask(image, new Credential.IdentityToken("wrong"))).reason())
        .isEqualTo(Failure.CREDENTIALS_REJECTED);
  }

  @Test
  void asksForOneTokenAndThenSendsOneHeadPerCheck() {
    PushedImage image = push("private/app");
    ask(image, PULLER);
    int before = reads().size();

    for (int i = 0; i < 5; i++) {
      ask(image, PULLER);
    }

    assertThat(reads().subList(before, reads().size()))
        .hasSize(5)
        .allSatisfy(line -> assertThat(line.method()).isEqualTo("HEAD"))
        .allSatisfy(line -> assertThat(line.status()).isEqualTo(200));
    assertThat(tokens.requests()).hasSize(1);
  }

  private List<AccessLogLine> reads() {
    return registry.accessLog().stream()
        .filter(line -> line.userAgent().startsWith("pinnedimage-operator"))
        .toList();
  }
}
