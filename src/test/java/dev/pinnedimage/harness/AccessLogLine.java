package dev.pinnedimage.harness;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One request that the registry answered.
 *
 * @param path with the query, where there was one
 */
public record AccessLogLine(String method, String path, int status, String userAgent) {
  /**
   * The combined log format: host, identity, user, time, request, status, bytes, referrer, agent.
   */
  private static final Pattern COMBINED =
      Pattern.compile(
          "\\S+ \\S+ \\S+ \\[[^]]+] \"(?<method>[A-Z]+) (?<path>\\S+) [^\"]*\""
              + " (?<status>\\d{3}) \\S+ \"[^\"]*\" \"(?<agent>[^\"]*)\"");

  static Optional<AccessLogLine> parse(String line) {
    Matcher matcher = COMBINED.matcher(line);
    return matcher.matches()
        ? Optional.of(
            new AccessLogLine(
                matcher.group("method"),
                matcher.group("path"),
                Integer.parseInt(matcher.group("status")),
                matcher.group("agent")))
        : Optional.empty();
  }

  /** What a registry counts as a pull, or as a look. */
  public boolean isManifestRequest() {
    return path.contains("/manifests/");
  }
}
