package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlantedSecretsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=correct horse",
        "https://registry.example/token?password=correct+horse",
        "https://puller:correct%20horse@registry.example/",
        "Authorization: Basic cHVsbGVyOmNvcnJlY3QgaG9yc2U=",
        "{\"auth\":\"cHVsbGVyOmNvcnJlY3QgaG9yc2U\"}",
        "refresh_token=identity-token-of-the-puller",
      })
  void findsASecretInEachSpelling(String line) {
    assertThatThrownBy(() -> PlantedSecrets.requireNoneIn("a log", "first\n" + line + "\n"))
        .hasMessageContaining("1 lines of a log")
        .hasMessageNotContaining("horse")
        .hasMessageNotContaining("cHVsbGVy");
  }

  @Test
  void findsNothingWhereThereIsNothing() {
    assertThatCode(() -> PlantedSecrets.requireNoneIn("a log", "puller is asked for\n"))
        .doesNotThrowAnyException();
  }

  @Test
  void failsTheTestWhoseOperatorLogsASecret() {
    String secret = PlantedSecrets.plant("planted-in-a-test-of-the-harness");
    List<String> command = List.of("/bin/sh", "-c", "echo 'token " + secret + "'; exec sleep 60");
    OperatorProcess operator = OperatorProcess.launch(command, Path.of("none"));
    Await.until("the line", Duration.ofSeconds(20), () -> !operator.log().isEmpty());

    assertThatThrownBy(operator::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the operator's log")
        .hasMessageNotContaining(secret);
  }
}
