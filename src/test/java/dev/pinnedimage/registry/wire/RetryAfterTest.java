package dev.pinnedimage.registry.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @ParameterizedTest(name = "\"{0}\" is in {1} s")
  @CsvSource({
    "120,                              120",
    "' 120 ',                          120",
    "120.9,                            120",
    "0,                                1",
    "-5,                               1",
    "86400,                            3600",
    "999999999999999999,               3600",
    "99999999999999999999999,          60",
    "'Tue, 24 Nov 2026 10:02:00 GMT',  120",
    "'Tue, 24 Nov 2026 09:00:00 GMT',  1",
    "'Wed, 25 Nov 2026 10:00:00 GMT',  3600",
    "soon,                             60",
    "'',                               60",
  })
  void isReadLenientlyAndBounded(String text, long seconds) {
    assertThat(Duration.between(NOW, RetryAfter.parse(text, NOW))).hasSeconds(seconds);
  }
}
