package dev.pinnedimage.registry.wire;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.Fixtures;
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

  private static TrustedClients clients(Path caFile) {
    return new TrustedClients(
        Fixtures.settings(Map.of("host", "quay.io", "caFile", caFile.toString())));
  }
}
