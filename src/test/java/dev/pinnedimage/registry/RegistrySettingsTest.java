package dev.pinnedimage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.RegistrySettings.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistrySettingsTest {
  private static final Host PLAIN = new Host(true, null, false);

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
    assertThat(new RegistrySettings(Map.of(key, PLAIN)).host(authority).equals(PLAIN))
        .isEqualTo(found);
  }

  @Test
  void reachesDockerHubWhereItIs() {
    assertThat(RegistrySettings.NONE.baseUrl("docker.io"))
        .isEqualTo("https://registry-1.docker.io");
    assertThat(new RegistrySettings(Map.of("localhost:5000", PLAIN)).baseUrl("localhost:5000"))
        .isEqualTo("http://localhost:5000");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://quay.io", "quay.io/path", "", "quay.io:", "a b", "u@quay.io"})
  void refusesKeysThatAreNotHostAndPort(String key) {
    assertThatThrownBy(() -> new RegistrySettings(Map.of(key, PLAIN)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("is not host[:port]");
  }

  @Test
  void refusesPlainHttpWithACertificateAuthority() {
    var both = new Host(true, Path.of("ca.pem"), false);

    assertThatThrownBy(() -> new RegistrySettings(Map.of("quay.io", both)))
        .hasMessageContaining("both plainHttp and caFile");
  }

  @Test
  void namesTheCaFileThatCannotBeUsed(@TempDir Path dir) throws IOException {
    Path garbage = Files.writeString(dir.resolve("garbage.pem"), "not a certificate");
    Path empty = Files.writeString(dir.resolve("empty.pem"), "");
    Path missing = dir.resolve("missing.pem");

    assertThatThrownBy(() -> clients(garbage))
        .hasMessageEndingWith(garbage + " has no PEM certificates");
    assertThatThrownBy(() -> clients(empty))
        .hasMessageEndingWith(empty + " has no PEM certificates");
    assertThatThrownBy(() -> clients(missing)).hasMessageEndingWith(missing + " cannot be read");
  }

  private static TrustedClients clients(Path caFile) {
    return new TrustedClients(
        new RegistrySettings(Map.of("quay.io", new Host(false, caFile, false))));
  }
}
