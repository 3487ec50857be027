package dev.pinnedimage.registry.wire;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.ConnectProxy;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.TlsKeys;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Through the cluster's proxy, which resolves names that nobody else can. */
class EgressTest {
  private static final String HOST = "registry.proxied.invalid";
  private static final String AUTHORIZATION =
      new Credential.Basic("operator", "hunter2").authorization();
  private static final String WANTED = "Proxy-Authorization: " + AUTHORIZATION + "\r\n";
  private static final String REFUSAL =
      "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n";

  @TempDir static Path dir;
  static TlsKeys keys;
  private ScriptedRegistry registry;
  private ConnectProxy proxy;

  @BeforeAll
  static void makeCertificate() throws Exception {
    keys = TlsKeys.make(dir, "registry", "EC", "dns:" + HOST);
  }

  @BeforeEach
  void start() throws Exception {
    registry =
        new ScriptedRegistry(keys.server())
            .serve("team/app", "1", MediaTypes.OCI_INDEX, ResolverHarness.INDEX);
    proxy = new ConnectProxy(port(registry), WANTED, REFUSAL);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    registry.close();
  }

  @Test
  void readsARegistryThroughTheProxyWithTheCredentialsOfItsUrl() {
    ResolverHarness.resolved(ask(HOST, "operator:hunter2@"));

    assertThat(proxy.heads()).allMatch(head -> head.startsWith("CONNECT " + HOST + ":443 "));
    assertThat(registry.requests()).hasSize(2);
    assertThat(registry.authorizations()).containsOnly("none");
    assertThat(registry.proxyAuthorizations()).containsOnly("none");
  }

  @Test
  void saysThatTheProxyWantsOtherCredentials() {
    for (String userInfo : List.of("", "operator:wrong@")) {
      Unresolved failure = ResolverHarness.unresolved(ask(HOST, userInfo));

      assertThat(failure.reason()).isEqualTo(Failure.REGISTRY_UNREACHABLE);
      assertThat(failure.message())
          .contains("the egress proxy 127.0.0.1:" + proxy.port() + " (HTTPS_PROXY)", "credentials")
          .doesNotContain("wrong", "operator:");
    }
    assertThat(registry.requests()).isEmpty();
  }

  @Test
  void saysThatTheProxyRefusesTheHost() throws IOException {
    try (var strict = new ConnectProxy(1, "never", "HTTP/1.1 403 No\r\n\r\n")) {
      assertThat(ResolverHarness.unresolved(ask(HOST, strict.port(), "")).message())
          .contains("no connection to " + HOST + " through the egress proxy");
    }
  }

  @Test
  void saysThatTheProxyIsNotThere() throws IOException {
    proxy.close();

    assertThat(ResolverHarness.unresolved(ask(HOST, "")).message())
        .contains("the egress proxy 127.0.0.1:" + proxy.port() + " (HTTPS_PROXY) cannot be");
  }

  @Test
  void sendsPlainHttpToTheProxyOfItsOwn() throws IOException {
    try (var plain = new ScriptedRegistry();
        var forward = new ConnectProxy(port(plain), WANTED, REFUSAL)) {
      var egress = egress("HTTP_PROXY", "operator:hunter2@", forward.port());
      var settings = settings(egress, Map.of("host", HOST, "plainHttp", true));

      resolve(settings, HOST);

      assertThat(forward.heads())
          .isNotEmpty()
          .allMatch(head -> head.startsWith("HEAD http://" + HOST + "/") && head.contains(WANTED));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "0xa9fe.0xa9fe",
        "0177.0.0.1",
        "10.0.0.1",
        "metadata.google.internal",
        "known.private.example",
      })
  void asksTheProxyForNothingThatIsNotAllowed(String host) {
    ScriptedNames.script("known.private.example", "10.0.0.9");

    assertThat(ResolverHarness.unresolved(ask(host, "operator:hunter2@")).reason())
        .isEqualTo(Failure.REGISTRY_NOT_ALLOWED);
    assertThat(proxy.heads()).isEmpty();
  }

  private Resolution ask(String host, String userInfo) {
    return ask(host, proxy.port(), userInfo);
  }

  private static Resolution ask(String host, int proxyPort, String userInfo) {
    var trust = Map.of("host", HOST, "caFile", keys.certFile().toString());
    return resolve(settings(egress("HTTPS_PROXY", userInfo, proxyPort), trust), host);
  }

  private static EgressProxy egress(String variable, String userInfo, int port) {
    return EgressProxy.of(Map.of(variable, "http://" + userInfo + "127.0.0.1:" + port));
  }

  private static RegistrySettings settings(EgressProxy egress, Map<String, ?> entry) {
    List<RegistryHost> hosts = List.of(Fixtures.host(entry));
    return new RegistrySettings(hosts, egress);
  }

  private static Resolution resolve(RegistrySettings settings, String host) {
    return new RegistryResolver(settings, InstantSource.system())
        .resolve(query(host + "/team/app:1"));
  }

  private static int port(ScriptedRegistry registry) {
    return Integer.parseInt(registry.authority().replaceFirst(".*:", ""));
  }
}
