package dev.pinnedimage.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.wire.AddressGuard;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RealmGuardTest {
  private static final Credential SECRET = new Credential.Basic("u", "hunter2");
  private static final RegistrySettings SETTINGS =
      Fixtures.settings(
          Map.of("host", "localhost:5000", "plainHttp", true),
          Map.of("host", "127.0.0.1:5001", "plainHttp", true),
          Map.of(
              "host",
              "registry.corp.example",
              "realmAllowed",
              List.of("login.elsewhere.example", "sso.elsewhere.example:8443")));

  private final RealmGuard guard =
      new RealmGuard(SETTINGS, new AddressGuard(SETTINGS, RealmGuardTest::addresses));

  private static InetAddress[] addresses(String host) throws UnknownHostException {
    return switch (host) {
      case "rebound.example" -> new InetAddress[] {InetAddress.ofLiteral("169.254.169.254")};
      case "localhost" -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
      default -> new InetAddress[] {InetAddress.ofLiteral("93.184.216.34")};
    };
  }

  @ParameterizedTest(name = "{0} may send to {1}")
  @CsvSource({
    "docker.io,             https://auth.docker.io/token",
    "ghcr.io,               https://ghcr.io/token",
    "registry.gitlab.com,   https://gitlab.com/jwt/auth",
    "quay.io,               https://quay.io/v2/auth?x=1",
    "me.azurecr.io,         https://me.azurecr.io/oauth2/token",
    "registry.corp.example, https://login.elsewhere.example/token",
    "registry.corp.example, https://sso.elsewhere.example:8443/token",
    "registry.example:5000, https://auth.registry.example:5001/token",
    "localhost:5000,        http://localhost:5000/token",
    "127.0.0.1:5000,        http://127.0.0.1:5001/token",
    "93.184.216.34:5000,    https://93.184.216.34/token",
  })
  void letsCredentialsGoToTheRegistrysOwnDomain(String registry, String realm) throws Exception {
    assertThat(guard.check(realm, registry, SECRET)).hasToString(realm);
  }

  @ParameterizedTest(name = "{0} may not send to {1}")
  @CsvSource({
    "quay.io,               https://quay.io.evil.example/token",
    "me.azurecr.io,         https://you.azurecr.io/oauth2/token",
    "me.github.io,          https://you.github.io/token",
    "registry.corp.example, https://sso.elsewhere.example/token",
    "registry.corp.example, https://login.elsewhere.example:8443/token",
    "docker.io,             https://auth.docker.com/token",
    "93.184.216.34:5000,    https://93.184.216.35/token",
    "co.uk,                 https://evil.co.uk/token",
  })
  void keepsCredentialsFromOtherDomains(String registry, String realm) throws Exception {
    assertThatThrownBy(() -> guard.check(realm, registry, SECRET))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Failure.TOKEN_REALM_REFUSED))
        .hasMessageContaining("realmAllowed: [")
        .hasMessageNotContaining("hunter2");
    assertThat(guard.check(realm, registry, Credential.ANONYMOUS)).hasToString(realm);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://auth.docker.io/token",
        "http://localhost:5001/token",
        "http://127.0.0.1:5000/token",
        "https://127.0.0.1:5000/token",
        "https://localhost/token",
        "https://169.254.169.254/latest/meta-data",
        "https://rebound.example/token",
        "https://2130706433/token",
        "https://[::ffff:127.0.0.1]/token",
        "https://auth.docker.io@169.254.169.254/token",
        "https://u:p@auth.docker.io/token",
        "https://auth.docker.io:99999/token",
        "https:///token",
        "file:///etc/passwd",
        "ftp://auth.docker.io/",
        "/token",
        "auth.docker.io",
        "https://auth.docker.io/to ken",
      })
  void asksNoSuchTokenServerEvenAnonymously(String realm) {
    assertThatThrownBy(() -> guard.check(realm, "docker.io", Credential.ANONYMOUS))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.reason()).isEqualTo(Failure.TOKEN_REALM_REFUSED))
        .hasMessageNotContaining("u:p");
  }
}
