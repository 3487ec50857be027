package dev.pinnedimage.harness;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request that the registry answered.
 *
 * @param second when, without fractions
 * @param path with the query, where there was one
 */
public record AccessLogLine(
    Instant second, String method, String path, int status, String userAgent) {
  /**
   * The combined log format: host, identity, user, time, request, status, bytes, referrer, agent.
   */
  private static final Pattern COMBINED =
      Pattern.compile(
          "\\S+ \\S+ \\S+ \\[(?<time>[^]]+)] \"(?<method>[A-Z]+) (?<path>\\S+) [^\"]*\""
              + " (?<status>\\d{3}) \\S+ \"[^\"]*\" \"(?<agent>[^\"]*)\"");

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);

  static Optional<AccessLogLine> parse(String line) {
    Matcher matcher = COMBINED.matcher(line);
    return matcher.matches()
        ? Optional.of(
            new AccessLogLine(
                OffsetDateTime.parse(matcher.group("time"), TIME).toInstant(),
                matcher.group("method"),
                matcher.group("path"),
                Integer.parseInt(matcher.group("status")),
                matcher.group("agent")))
        : Optional.empty();
  }

  public boolean isByOperator() {
    return userAgent.startsWith("pinnedimage-operator");
  }

  /** What a registry counts as a pull, or as a look. */
  public boolean isManifestRequest() {
    return path.contains("/manifests/");
  }
}
