package dev.pinnedimage.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.registry.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A bearer token and how long it is used; printed nowhere.
 *
 * @param issued by our own clock: a token server's may be wrong
 */
record Token(String value, Instant issued, Instant until) {
  /** What a token is worth that does not say so (token specification: {@code expires_in}). */
  private static final long DEFAULT_SECONDS = 60;

  private static final long MAX_SECONDS = Duration.ofHours(24).toSeconds();

  /** Given back this much earlier: a tenth of its life, but no more than a minute. */
  private static final long MAX_EARLY_SECONDS = 60;

  private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7e]{1,60000}");

  /** Empty where the body is no JSON object with a token that could stand in a header. */
  static Optional<Token> read(byte[] body, Instant now) {
    return Json.object(body)
        .flatMap(json ->
            Optional.of(either(json))
                .filter(text -> VISIBLE.matcher(text).matches())
                .map(text -> new Token(text, now, now.plusSeconds(seconds(json)))));
  }

  private static String either(JsonNode json) {
    String token = Json.text(json, "token");
    return token.isEmpty() ? Json.text(json, "access_token") : token;
  }

  private static long seconds(JsonNode json) {
    JsonNode said = json.path("expires_in");
    long life = said.isNumber() && said.asLong() > 0 ? said.asLong() : DEFAULT_SECONDS;
    long bounded = Math.min(life, MAX_SECONDS);
    return bounded - Math.min(MAX_EARLY_SECONDS, Math.max(1, bounded / 10));
  }

  boolean isUsable(Instant now) {
    return now.isBefore(until);
  }

  @Override
  public String toString() {
    return "token until " + until;
  }
}
