package dev.pinnedimage.registry.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.TlsKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedClientsTest {
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

  @Test
  void namesTheFileOfAClientCertificateThatCannotBeUsed(@TempDir Path dir) throws Exception {
    TlsKeys own = TlsKeys.make(dir, "own", "EC", "dns:operator");
    TlsKeys other = TlsKeys.make(dir, "other", "Ed25519", "dns:operator");
    Path openSsl = TlsKeys.pem(dir.resolve("old.key"), "EC PRIVATE KEY", new byte[] {1, 2, 3});
    Path broken = TlsKeys.pem(dir.resolve("broken.key"), "PRIVATE KEY", new byte[] {1, 2, 3});
    Path missing = dir.resolve("missing.key");

    assertThatCode(() -> showing(own.certFile(), own.keyFile())).doesNotThrowAnyException();
    assertThatCode(() -> showing(other.certFile(), other.keyFile())).doesNotThrowAnyException();
    assertThatThrownBy(() -> showing(own.certFile(), other.keyFile()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageEndingWith(
            other.keyFile() + " is not the key of the first certificate of " + own.certFile());
    assertThatThrownBy(() -> showing(own.certFile(), openSsl))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("keyFile " + openSsl + " has no unencrypted PKCS #8 key")
        .hasMessageContaining("openssl pkcs8 -topk8");
    assertThatThrownBy(() -> showing(own.certFile(), broken))
        .hasMessageContaining(broken + " has no unencrypted PKCS #8 key");
    assertThatThrownBy(() -> showing(own.certFile(), missing))
        .hasMessageEndingWith("clientCertificate's keyFile " + missing + " cannot be read");
    assertThatThrownBy(() -> showing(own.keyFile(), own.keyFile()))
        .hasMessageEndingWith(
            "clientCertificate's certFile " + own.keyFile() + " has no PEM certificates");
  }

  private static TrustedClients showing(Path certFile, Path keyFile) {
    var files = Map.of("certFile", certFile.toString(), "keyFile", keyFile.toString());
    return new TrustedClients(
        Fixtures.settings(Map.of("host", "quay.io", "clientCertificate", files)));
  }

  private static TrustedClients clients(Path caFile) {
    return new TrustedClients(
        Fixtures.settings(Map.of("host", "quay.io", "caFile", caFile.toString())));
  }
}
