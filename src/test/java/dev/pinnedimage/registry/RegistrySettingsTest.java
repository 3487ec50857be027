package dev.pinnedimage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  @ParameterizedTest(name = "{0} configures {1}: {2}")
  @CsvSource({
    "quay.io,               quay.io,              true",
    "Quay.io,               quay.io,              true",
    "quay.io,               quay.io:443,          true",
    "quay.io,               quay.io:5000,         false",
    "quay.io:5000,          quay.io:5000,         true",
    "quay.io:5000,          quay.io,              false",
    "docker.io,             registry-1.docker.io, true",
    "registry-1.docker.io,  docker.io,            true",
  })
  void findsAHostByNameAndPort(String key, String authority, boolean found) {
    assertThat(Fixtures.plainHttp(key).host(authority).plainHttp()).isEqualTo(found);
  }

  @Test
  void reachesDockerHubWhereItIs() {
    assertThat(RegistrySettings.NONE.baseUrl("docker.io"))
        .isEqualTo("https://registry-1.docker.io");
    assertThat(Fixtures.plainHttp("localhost:5000").baseUrl("localhost:5000"))
        .isEqualTo("http://localhost:5000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://quay.io", "quay.io/path", "quay.io:", "a b", "u@quay.io"})
  void refusesKeysThatAreNotHostAndPort(String key) {
    assertThatThrownBy(() -> Fixtures.plainHttp(key))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("is not host[:port]");
  }

  @Test
  void refusesPlainHttpWithACertificateAuthority() {
    var both = Map.of("host", "quay.io", "plainHttp", true, "caFile", "ca.pem");

    assertThatThrownBy(() -> Fixtures.settings(both))
        .hasMessageContaining("both plainHttp and caFile");
  }
}
