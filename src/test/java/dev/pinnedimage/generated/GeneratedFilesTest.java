package dev.pinnedimage.generated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GeneratedFilesTest {
  static Stream<Path> files() {
    return GeneratedFiles.all().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isWhatTheCodeSays(Path file) {
    assertThat(GeneratedFiles.read(file))
        .as("%s is stale: run make generate and commit it", file)
        .isEqualTo(GeneratedFiles.all().get(file).get());
  }
}
