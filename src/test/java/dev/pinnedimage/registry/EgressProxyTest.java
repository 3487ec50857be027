package dev.pinnedimage.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EgressProxyTest {
  /** Rows as Go's httpproxy decides them. */
  @ParameterizedTest(name = "NO_PROXY={0}: {1} proxied: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                      | https://quay.io/           | true
          '*'                     | https://quay.io/           | false
          quay.io                 | https://quay.io/           | false
          quay.io                 | https://cdn.quay.io/       | false
          QUAY.io                 | https://Cdn.Quay.IO/       | false
          quay.io                 | https://notquay.io/        | true
          .quay.io                | https://quay.io/           | true
          .quay.io                | https://cdn.quay.io/       | false
          *.quay.io               | https://cdn.quay.io/       | false
          *.quay.io               | https://quay.io/           | true
          a.io, quay.io           | https://quay.io/           | false
          quay.io:443             | https://quay.io/           | false
          quay.io:443             | https://quay.io:8443/      | true
          quay.io:8443            | https://quay.io:8443/      | false
          10.0.0.0/8              | https://10.1.2.3/          | false
          10.0.0.0/8              | https://11.1.2.3/          | true
          10.1.2.3                | https://10.1.2.3:5000/     | false
          10.1.2.3:5000           | https://10.1.2.3:5000/     | false
          10.1.2.3:5000           | https://10.1.2.3/          | true
          .2.3                    | https://10.1.2.3/          | true
          fd00::/8                | https://[fd00::1]/         | false
          fd00::1                 | https://[fd00::1]:5000/    | false
          [fd00::1]:5000          | https://[fd00::1]:5000/    | false
          [fd00::1]:5000          | https://[fd00::1]/         | true
          fd00::2                 | https://[fd00::1]/         | true
          ''                      | https://localhost:5000/    | false
          ''                      | https://127.8.8.8/         | false
          ''                      | https://[::1]:5000/        | false
          ' , ,'                  | https://quay.io/           | true
          10.0.0.0/99             | https://10.1.2.3/          | true
          quay.io                 | https://quay.io./          | false
          """)
  void exemptsWhatNoProxyNames(String noProxy, String uri, boolean proxied) {
    var egress = EgressProxy.of(Map.of("HTTPS_PROXY", "http://proxy:3128", "NO_PROXY", noProxy));

    assertThat(egress.serverFor(URI.create(uri)).isPresent()).isEqualTo(proxied);
  }

  @Test
  void choosesTheProxyByTheSchemeOfTheRequest() {
    var egress = EgressProxy.of(Map.of("https_proxy", "http://a:1", "http_proxy", "b:2"));

    assertThat(egress.serverFor(URI.create("https://quay.io/")))
        .get()
        .hasToString("a:1 (HTTPS_PROXY)");
    assertThat(egress.serverFor(URI.create("http://quay.io/")))
        .get()
        .hasToString("b:2 (HTTP_PROXY)");
    assertThat(EgressProxy.NONE.serverFor(URI.create("https://quay.io/"))).isEmpty();
  }

  @Test
  void readsTheVariableInCapitalsFirst() {
    var egress = EgressProxy.of(Map.of("https_proxy", "http://a:1", "HTTPS_PROXY", "http://b:1"));

    assertThat(egress.serverFor(URI.create("https://quay.io/")).orElseThrow().host())
        .isEqualTo("b");
  }

  @Test
  void takesCredentialsFromTheUrlAndNeverPrintsThem() {
    var egress = EgressProxy.of(Map.of("HTTPS_PROXY", "http://us%40r:p+a%20ss@proxy:3128"));
    var server = egress.serverFor(URI.create("https://quay.io/")).orElseThrow();

    assertThat(server.authorization())
        .isEqualTo(new Credential.Basic("us@r", "p+a ss").authorization());
    assertThat(server.toString()).isEqualTo("proxy:3128 (HTTPS_PROXY)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://u:hunter2@proxy:3128",
        "socks5://u:hunter2@proxy",
        "http://u:hunter2@",
        "http://u:hunter2 x@proxy",
        "u:hunter2@proxy:port",
        "http://u:hunter2%zz@proxy",
      })
  void refusesWhatIsNoHttpProxyWithoutRepeatingIt(String url) {
    assertThatThrownBy(() -> EgressProxy.of(Map.of("HTTPS_PROXY", url)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("HTTPS_PROXY of the environment")
        .hasMessageNotContaining("hunter2");
  }
}
