package dev.pinnedimage.registry.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** When a registry wants to be asked again (RFC 9110, section 10.2.3), read leniently. */
public final class RetryAfter {
  static final Duration MIN = Duration.ofSeconds(1);
  static final Duration MAX = Duration.ofHours(1);
  private static final Duration DEFAULT = Duration.ofMinutes(1);

  private RetryAfter() {}

  /** A moment within 1 s … 1 h from now; in 1 min where the text means nothing. */
  public static Instant parse(String text, Instant now) {
    String value = text.strip();
    if (value.matches("-?[0-9]{1,18}(\\.[0-9]*)?")) {
      long seconds = Long.parseLong(value.replaceFirst("\\..*", ""));
      return now.plus(clamp(Duration.ofSeconds(seconds)));
    }
    try {
      Instant date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return now.plus(clamp(Duration.between(now, date)));
    } catch (DateTimeException e) {
      return now.plus(DEFAULT);
    }
  }

  public static Duration clamp(Duration wait) {
    if (wait.compareTo(MIN) < 0) {
      return MIN;
    }
    return wait.compareTo(MAX) > 0 ? MAX : wait;
  }
}
