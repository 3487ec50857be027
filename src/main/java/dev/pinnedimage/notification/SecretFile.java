package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.registry.InvalidSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source's secret, as its file says now: read again after a second. A file that is gone or broken
 * leaves the last good one standing, and says so once. Comparisons take equally long wherever the
 * first difference is.
 */
final class SecretFile {
  private static final Logger log = LoggerFactory.getLogger(SecretFile.class);
  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final int MAX_FILE = 4096;
  private static final String HMAC = "HmacSHA256";

  /** What stands in a URL's path and in a header as it is. */
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9._~-]{32,256}");

  private final String source;
  private final Path file;
  private final InstantSource clock;
  private byte[] secret;
  private Instant readAt;
  private boolean isBroken;

  /**
   * @throws InvalidSettings where there is no secret to begin with
   */
  SecretFile(String source, Path file, InstantSource clock) {
    this.source = source;
    this.file = file;
    this.clock = clock;
    this.readAt = clock.instant();
    this.secret = read().orElseThrow(() -> new InvalidSettings(sentence()));
  }

  /** Names the file, and nothing that stands in it. */
  private String sentence() {
    return "notifications.sources: \""
        + source
        + "\": its secretFile "
        + file
        + " must be readable and hold one line of 32 to 256 letters, digits, or any of ._~-"
        + " (openssl rand -hex 32 makes one)";
  }

  private Optional<byte[]> read() {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_FILE), UTF_8).strip();
      return SECRET.matcher(text).matches() ? Optional.of(text.getBytes(UTF_8)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private synchronized byte[] current() {
    Instant now = clock.instant();
    if (now.isBefore(readAt.plus(KEPT))) {
      return secret;
    }
    readAt = now;
    Optional<byte[]> found = read();
    if (found.isEmpty() && !isBroken) {
      log.warn("{}; the one before stays in force", sentence());
    }
    isBroken = found.isEmpty();
    secret = found.orElse(secret);
    return secret;
  }

  boolean matches(String given) {
    return MessageDigest.isEqual(current(), given.getBytes(UTF_8));
  }

  /** Whether this is the body's HMAC-SHA-256 under the secret. */
  boolean signs(byte[] body, byte[] given) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(current(), HMAC));
      return MessageDigest.isEqual(mac.doFinal(body), given);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has " + HMAC, e);
    }
  }
}
