package dev.pinnedimage.registry.wire;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.TlsKeys;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientCertificateTest {
  @TempDir static Path dir;
  static TlsKeys server;
  static TlsKeys known;
  static TlsKeys stranger;

  @BeforeAll
  static void makeCertificates() throws Exception {
    server = TlsKeys.make(dir, "server", "EC", "ip:127.0.0.1");
    known = TlsKeys.make(dir, "known", "RSA", "dns:operator");
    stranger = TlsKeys.make(dir, "stranger", "EC", "dns:stranger");
  }

  @ParameterizedTest(name = "TLS 1.2 only: {0}")
  @ValueSource(booleans = {true, false})
  void showsTheCertificateThatIsConfigured(boolean onlyTls12) throws Exception {
    try (var registry = serve(onlyTls12)) {
      assertThat(ask(registry, entry(registry, known))).isInstanceOf(Resolved.class);
    }
  }

  @ParameterizedTest(name = "TLS 1.2 only: {0}")
  @ValueSource(booleans = {true, false})
  void saysThatTheServerWantsACertificateAndWhatToConfigure(boolean onlyTls12) throws Exception {
    try (var registry = serve(onlyTls12)) {
      assertThat(message(ask(registry, entry(registry, null))))
          .contains(
              "wants a client certificate and none is configured",
              "clientCertificate for host " + registry.authority());
    }
  }

  @ParameterizedTest(name = "TLS 1.2 only: {0}")
  @ValueSource(booleans = {true, false})
  void saysThatTheServerDoesNotAcceptTheCertificate(boolean onlyTls12) throws Exception {
    try (var registry = serve(onlyTls12)) {
      assertThat(message(ask(registry, entry(registry, stranger))))
          .contains("does not accept the client certificate");
    }
  }

  @Test
  void showsItToNoOtherHost() throws Exception {
    try (var registry = serve(false)) {
      var other = new HashMap<>(entry(registry, known));
      other.put("host", "127.0.0.1:1");

      assertThat(message(ask(registry, entry(registry, null), other)))
          .contains("none is configured");
    }
  }

  @Test
  void doesNotTakeAnUntrustedServerForOneThatWantsACertificate() throws Exception {
    try (var registry = serve(false)) {
      var entry = new HashMap<>(entry(registry, known));
      entry.put("caFile", stranger.certFile().toString());

      assertThat(message(ask(registry, entry))).contains("is not trusted");
    }
  }

  private static ScriptedRegistry serve(boolean onlyTls12) throws Exception {
    return new ScriptedRegistry(server.serverFor(known, onlyTls12))
        .serve("team/app", "1", MediaTypes.OCI_INDEX, ResolverHarness.INDEX);
  }

  private static Map<String, Object> entry(ScriptedRegistry registry, @Nullable TlsKeys client) {
    Map<String, Object> entry = new HashMap<>();
    entry.put("host", registry.authority());
    entry.put("allowPrivateAddresses", true);
    entry.put("caFile", server.certFile().toString());
    if (client != null) {
      entry.put(
          "clientCertificate",
          Map.of("certFile", client.certFile().toString(), "keyFile", client.keyFile().toString()));
    }
    return entry;
  }

  @SafeVarargs
  private static Resolution ask(ScriptedRegistry registry, Map<String, Object>... entries) {
    RegistrySettings settings = Fixtures.settings(entries);
    return new RegistryResolver(settings, InstantSource.system())
        .resolve(query(registry.authority() + "/team/app:1"));
  }

  private static String message(Resolution resolution) {
    Unresolved failure = ResolverHarness.unresolved(resolution);
    assertThat(failure.reason()).isEqualTo(Failure.TLS_VERIFICATION_FAILED);
    return failure.message();
  }
}
