package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  @Test
  void goThroughTheProxyThatIsConfigured() throws IOException {
    try (var proxy = new ScriptedRegistry().on("GET http://sts.example/", 200)) {
      var address = URI.create("http://" + proxy.authority());
      var proxies = ProxySelector.of(new InetSocketAddress(address.getHost(), address.getPort()));

      assertThat(new Connections(proxies).open(URI.create("http://sts.example/")).getResponseCode())
          .isEqualTo(200);
      assertThat(proxy.requests()).containsExactly("GET http://sts.example/");
    }
  }

  @Test
  void followNoRedirect() throws IOException {
    try (var server = new ScriptedRegistry().on("GET /", 302, "Location", "/elsewhere")) {
      var uri = URI.create("http://" + server.authority() + "/");

      assertThat(new Connections(ProxySelector.of(null)).open(uri).getResponseCode())
          .isEqualTo(302);
      assertThat(server.requests()).containsExactly("GET /");
    }
  }
}
