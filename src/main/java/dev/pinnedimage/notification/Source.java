package dev.pinnedimage.notification;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import dev.pinnedimage.notification.SourceType.Proof;
import dev.pinnedimage.notification.payload.Pushed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A configured source at work: whether a request is its own, and how many more it may send. */
final class Source {
  private static final Logger log = LoggerFactory.getLogger(Source.class);
  private static final int BURST = 100;
  private static final double PER_SECOND = 20;
  private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);
  private static final String BEARER = "Bearer ";
  private static final String SHA256 = "sha256=";

  private final NotificationSource entry;
  private final SourceType type;
  private final SecretFile secret;
  private final InstantSource clock;
  private final TokenBucket bucket = new TokenBucket(BURST, PER_SECOND);
  private Instant nextWarning = Instant.MIN;

  /**
   * @param entry that was checked
   * @throws dev.pinnedimage.registry.InvalidSettings where its secret cannot be read
   */
  Source(NotificationSource entry, InstantSource clock) {
    this.entry = entry;
    this.type = SourceType.named(entry.type()).orElseThrow();
    this.clock = clock;
    this.secret = new SecretFile(entry.name(), Objects.requireNonNull(entry.secretFile()), clock);
  }

  String name() {
    return entry.name();
  }

  boolean isProvedByPath() {
    return type.proof() == Proof.PATH;
  }

  boolean hasToken(String token) {
    return secret.matches(token);
  }

  /** Whether the headers are right as far as that can be said without the body. */
  boolean accepts(Headers headers) {
    return switch (type.proof()) {
      case PATH -> true;
      case AUTHORIZATION -> secret.matches(credentials(headers));
      case SIGNATURE -> signature(headers).isPresent();
    };
  }

  boolean accepts(Headers headers, byte[] body) {
    return type.proof() != Proof.SIGNATURE
        || signature(headers).filter(given -> secret.signs(body, given)).isPresent();
  }

  private static String credentials(Headers headers) {
    String given = Objects.requireNonNullElse(headers.getFirst("Authorization"), "");
    return given.regionMatches(true, 0, BEARER, 0, BEARER.length())
        ? given.substring(BEARER.length())
        : given;
  }

  private static Optional<byte[]> signature(Headers headers) {
    String given = Objects.requireNonNullElse(headers.getFirst("X-Hub-Signature-256"), "");
    if (!given.matches(SHA256 + "[0-9a-f]{64}")) {
      return Optional.empty();
    }
    return Optional.of(HexFormat.of().parseHex(given.substring(SHA256.length())));
  }

  boolean mayBeHeard() {
    return bucket.take(clock.instant());
  }

  Set<Pushed> pushes(JsonNode body) {
    return type.payload().pushes(body, entry.registry());
  }

  /** At most one line a minute: strangers must not fill the log. */
  synchronized void warn(String what) {
    Instant now = clock.instant();
    if (now.isBefore(nextWarning)) {
      return;
    }
    nextWarning = now.plus(BETWEEN_WARNINGS);
    log.warn("notifications: the source \"{}\" {}", name(), what);
  }
}
