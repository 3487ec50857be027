package dev.pinnedimage.registry.manifest;

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
import dev.pinnedimage.registry.RawServer;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.TlsKeys;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  @TempDir static Path dir;
  static TlsKeys right;
  static TlsKeys wrong;

  @BeforeAll
  static void makeCertificates() throws Exception {
    right = TlsKeys.make(dir, "right", "EC", "ip:127.0.0.1");
    wrong = TlsKeys.make(dir, "wrong", "EC", "dns:other.example");
  }

  @Test
  void trustsAPrivateAuthorityForItsHost() throws Exception {
    try (var registry = serve(right)) {
      assertThat(ask(registry.authority(), right.certFile())).isInstanceOf(Resolved.class);
    }
  }

  @Test
  void saysThatACertificateIsNotTrustedAndWhatToConfigure() throws Exception {
    try (var registry = serve(right)) {
      assertThat(message(ask(registry.authority(), null)))
          .contains("is not trusted", "caFile for host " + registry.authority())
          .doesNotContain("Exception", "PKIX");
    }
  }

  @Test
  void refusesTheCertificateOfAnotherHost() throws Exception {
    try (var registry = serve(wrong)) {
      assertThat(message(ask(registry.authority(), wrong.certFile()))).contains("another host's");
    }
  }

  @Test
  void saysThatAServerSpeaksPlainHttpAndNeverFallsBackToIt() throws Exception {
    // What Go's server answers to a ClientHello; one that waits for more runs into the deadline.
    var answer = RawServer.saying("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    try (var registry = new RawServer(answer)) {
      assertThat(message(ask(registry.authority(), null)))
          .contains("does not speak TLS", "plainHttp: true for host " + registry.authority());
    }
  }

  @Test
  void doesNotMistakeAServerThatHangsUpForOneWithoutTls() throws Exception {
    try (var registry = new RawServer(RawServer.saying(""))) {
      assertThat(((Unresolved) ask(registry.authority(), null)).message())
          .doesNotContain("does not speak TLS");
    }
  }

  private static String message(Resolution resolution) {
    assertThat(((Unresolved) resolution).reason()).isEqualTo(Failure.TLS_VERIFICATION_FAILED);
    return ((Unresolved) resolution).message();
  }

  private static Resolution ask(String authority, @Nullable Path caFile) {
    Map<String, Object> entry =
        new HashMap<>(Map.of("host", authority, "allowPrivateAddresses", true));
    if (caFile != null) {
      entry.put("caFile", caFile.toString());
    }
    var settings = Fixtures.settings(entry);
    return new RegistryResolver(settings, InstantSource.system())
        .resolve(new Query(reference(authority + "/a:1"), Credential.ANONYMOUS));
  }

  private static ScriptedRegistry serve(TlsKeys keys) throws Exception {
    return new ScriptedRegistry(keys.server())
        .serve("a", "1", MediaTypes.OCI_INDEX, index(entry("linux", "amd64")));
  }
}
