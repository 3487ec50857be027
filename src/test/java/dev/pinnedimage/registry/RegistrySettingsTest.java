package dev.pinnedimage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashMap;
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

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {"plainHttp": true, "clientCertificate": {"certFile": "c", "keyFile": "k"}} | has both plainHttp and clientCertificate
          {"clientCertificate": {"certFile": "c"}}    | has a clientCertificate without certFile or keyFile
          {"mirror": "https://mirror.corp"}           | has a mirror that is not host[:port]
          {"mirror": "mirror.corp/Upper"}             | has a mirror that is not host[:port]
          {"aliases": ["a b"]}                        | has an entry of aliases that is not host[:port]
          {"realmAllowed": ["https://auth.corp"]}     | has an entry of realmAllowed that is not host[:port]
          {"requestsPerSecond": 0}                    | has a requestsPerSecond that is not above 0
          {"requestsPerSecond": -1}                   | has a requestsPerSecond that is not above 0
          {"ambientIdentity": "aws"}                  | has an ambientIdentity that is not ECR
          {"ambientIdentity": "docker-credential-/x"} | has an ambientIdentity that is not ECR
          {"ambientNamespaces": ["a"]}                | has ambientNamespaces but no ambientIdentity
          """)
  void refusesWhatCannotBeMeant(String keys, String sentence) throws Exception {
    Map<String, Object> entry =
        new JsonMapper().readValue(keys, new TypeReference<HashMap<String, Object>>() {});
    entry.put("host", "quay.io");

    assertThatThrownBy(() -> Fixtures.settings(entry))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("registries: \"quay.io\" " + sentence);
  }

  @Test
  void refusesAnAliasOfTwoHosts() {
    assertThatThrownBy(() ->
            Fixtures.settings(
                Map.of("host", "a.example", "aliases", "c.example"),
                Map.of("host", "b.example", "aliases", "C.example")))
        .hasMessageContaining("the alias \"");
  }

  @Test
  void refusesPlainHttpWithACertificateAuthority() {
    var both = Map.of("host", "quay.io", "plainHttp", true, "caFile", "ca.pem");

    assertThatThrownBy(() -> Fixtures.settings(both))
        .hasMessageContaining("both plainHttp and caFile");
  }
}
