package dev.pinnedimage.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @ParameterizedTest(name = "{0} is used for {2} s")
  @CsvSource(
      quoteCharacter = '^',
      delimiter = '|',
      textBlock =
          """
          {"token":"a","expires_in":300}                    | a | 270
          {"access_token":"b","expires_in":3600}            | b | 3540
          {"token":"a","access_token":"b"}                  | a | 54
          {"token":"","access_token":"b"}                   | b | 54
          {"token":"a","expires_in":"300"}                  | a | 54
          {"token":"a","expires_in":-5}                     | a | 54
          {"token":"a","expires_in":1}                      | a | 0
          {"token":"a","expires_in":99999999999}            | a | 86340
          {"token":"a","issued_at":"1999-01-01T00:00:00Z"}  | a | 54
          """)
  void isGivenBackEarly(String body, String value, long seconds) {
    Token token = Token.read(body.getBytes(UTF_8), NOW).orElseThrow();

    assertThat(token.value()).isEqualTo(value);
    assertThat(Duration.between(NOW, token.until())).hasSeconds(seconds);
    assertThat(token.isUsable(token.until())).isFalse();
    assertThat(token.toString()).doesNotContain(value + " ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "not json",
        "{\"token\":7}",
        "{\"token\":\"a\\r\\nX: y\"}",
        "{\"token\":\"a b\"}",
        "{\"token\":\"a\",\"token\":\"b\"}",
      })
  void isNotReadFromWhatCannotBeOne(String body) {
    assertThat(Token.read(body.getBytes(UTF_8), NOW)).isEmpty();
  }
}
