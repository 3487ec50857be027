package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JVM itself says of the classes that it loaded. */
class LoadedOnDemandIT {
  @TempDir Path home;

  @Test
  void aCloudsLibraryIsLoadedWhenItIsFirstAskedAndNotBefore() throws Exception {
    Path log = home.resolve("classes.log");
    try (IdentityProcess process =
        IdentityProcess.start(
            home,
            Map.of("NO_GCE_CHECK", "true", "AWS_EC2_METADATA_DISABLED", "true"),
            "-Xlog:class+load:file=" + log)) {
      assertThat(process.ask("docker-credential-none", "r.example")).contains("PATH");
      assertThat(loaded(log, "dev.pinnedimage.registry.ambient.CredentialProgram")).isTrue();
      assertThat(loaded(log, "software.amazon.awssdk.")).isFalse();
      assertThat(loaded(log, "com.google.auth.")).isFalse();
      assertThat(loaded(log, "com.google.api.")).isFalse();

      assertThat(process.ask("GAR", "gcr.io")).contains("no Google identity");
      assertThat(loaded(log, "com.google.auth.")).isTrue();
      assertThat(loaded(log, "software.amazon.awssdk.")).isFalse();

      assertThat(process.ask("ECR", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"))
          .contains("AWS cannot be asked");
      assertThat(loaded(log, "software.amazon.awssdk.")).isTrue();
    }
  }

  private static boolean loaded(Path log, String prefix) throws IOException {
    return Files.readString(log).contains(" " + prefix);
  }
}
