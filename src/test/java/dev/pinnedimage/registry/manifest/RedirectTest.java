package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectTest {
  private static final String INDEX = index(entry("linux", "amd64"));
  private static final String PATH = "/v2/a/manifests/" + digestOf(INDEX);
  private static final Credential BASIC = new Credential.Basic("u", "hunter2");

  private ScriptedRegistry home;
  private ScriptedRegistry other;
  private RegistryResolver resolver;

  @BeforeEach
  void start() throws IOException {
    home = new ScriptedRegistry();
    other = new ScriptedRegistry();
    other.serve("a", "1", MediaTypes.OCI_INDEX, INDEX);
    home.serve("b", "1", MediaTypes.OCI_INDEX, INDEX);
    resolver =
        new RegistryResolver(
            Fixtures.plainHttp(home.authority(), other.authority()), InstantSource.system());
  }

  @AfterEach
  void stop() {
    home.close();
    other.close();
  }

  @Test
  void dropsCredentialsAcrossOriginsAndDoesNotGiveThemOnAChallengeThere() {
    home.on("GET " + PATH, 401, "WWW-Authenticate", "Basic realm=\"r\"");
    ask();
    home.clear();
    home.on("GET " + PATH, 307, "Location", "http://" + other.authority() + PATH);

    assertThat(ask()).isInstanceOf(Resolved.class);
    assertThat(home.authorizations()).singleElement().asString().startsWith("Basic ");
    assertThat(other.authorizations()).containsExactly("none");

    home.on("HEAD " + PATH, 307, "Location", "http://" + other.authority() + PATH);
    other.on("HEAD " + PATH, 401, "WWW-Authenticate", "Basic realm=\"r\"");
    assertThat(reason(ask())).isEqualTo(Failure.AUTHENTICATION_REQUIRED);
    assertThat(other.authorizations()).containsOnly("none");
  }

  @Test
  void goesBackHomeWithoutCredentials() {
    home.on("GET " + PATH, 401, "WWW-Authenticate", "Basic realm=\"r\"");
    ask();
    home.clear();
    home.on("GET " + PATH, 302, "Location", "http://" + other.authority() + "/elsewhere");
    other.on("GET /elsewhere", 302, "Location", "http://" + home.authority() + "/private");

    ask();
    assertThat(home.requests()).containsExactly("GET " + PATH, "GET /private");
    assertThat(home.authorizations().getLast()).isEqualTo("none");
  }

  @Test
  void keepsCredentialsWithinTheOrigin() {
    home.on("GET " + PATH, 401, "WWW-Authenticate", "Basic realm=\"r\"");
    ask();
    home.clear();
    home.on("GET " + PATH, 308, "Location", "/v2/b/manifests/" + digestOf(INDEX) + "?x=1");

    ask();
    assertThat(home.authorizations()).hasSize(2).allMatch(value -> value.startsWith("Basic "));
  }

  @Test
  void followsThreeRedirects() {
    home.on("GET " + PATH, 302, "Location", "/1");
    home.on("GET /1", 302, "Location", "/2");
    home.on("GET /2", 302, "Location", "/v2/b/manifests/" + digestOf(INDEX));

    assertThat(ask()).isInstanceOf(Resolved.class);
  }

  @Test
  void followsNoMoreThanThreeRedirects() {
    home.on("GET " + PATH, 302, "Location", "/1");
    home.on("GET /1", 302, "Location", "/2");
    home.on("GET /2", 302, "Location", PATH);

    assertThat(reason(ask())).isEqualTo(Failure.REDIRECT_REFUSED);
    assertThat(home.requests()).hasSize(4);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "http://registry.example/x,             without TLS",
    "ftp://registry.example/x,              without TLS",
    "https://169.254.169.254/latest,        link-local",
    "http://169.254.169.254/latest,         without TLS",
    "https://[fd00:ec2::254]/latest,        link-local",
    "https://localhost/x,                   loopback or private",
    "https://127.0.0.1:1/x,                 loopback or private",
    "https://user:hunter3@registry.example, plain URL",
    "https://2130706433/x,                  loopback or private",
    "https://registry.example:99999/x,      plain URL",
    "https://,                              plain URL",
    "'http://a b',                          plain URL",
    "'',                                    plain URL",
  })
  void refusesToGoWhereItIsNotAllowed(String location, String why) {
    home.on("GET " + PATH, 302, "Location", location);

    assertThat(ask())
        .isInstanceOfSatisfying(
            Unresolved.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Failure.REDIRECT_REFUSED);
              assertThat(failure.message()).contains(why).doesNotContain("hunter", "latest");
            });
  }

  @Test
  void refusesARegistryOnLoopbackThatIsNotConfigured() {
    var strict = new RegistryResolver(RegistrySettings.NONE, InstantSource.system());
    Query query = new Query(reference(home.authority() + "/a:1"), BASIC);

    assertThat(reason(strict.resolve(query))).isEqualTo(Failure.REGISTRY_NOT_ALLOWED);
    assertThat(home.requests()).isEmpty();
  }

  @Test
  void refusesAPortThatIsNone() {
    Query query = new Query(reference("registry.example:99999/a:1"), BASIC);

    assertThat(reason(resolver.resolve(query))).isEqualTo(Failure.REGISTRY_NOT_ALLOWED);
  }

  private Resolution ask() {
    String image = home.authority() + "/a@" + digestOf(INDEX);
    return resolver.resolve(new Query(reference(image), BASIC));
  }

  private static Failure reason(Resolution resolution) {
    return ((Unresolved) resolution).reason();
  }
}
