package dev.pinnedimage.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sha256 of a manifest's raw bytes. Other algorithms of the OCI image specification are not
 * accepted: no registry that we met serves them for manifests, and nodes verify sha256 only.
 */
public record Digest(String value) {
  private static final Pattern FORM = Pattern.compile("sha256:[a-f0-9]{64}");
  private static final int SHORT_LENGTH = "sha256:".length() + 12;

  /**
   * @throws IllegalArgumentException where the text is not {@code sha256:} and 64 lower-case hex
   *     digits
   */
  public Digest {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a sha256 digest: " + bounded(value));
    }
  }

  public static Optional<Digest> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new Digest(text)) : Optional.empty();
  }

  /** The digest that a registry must give for exactly these bytes. */
  public static Digest of(byte[] bytes) {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Digest("sha256:" + HexFormat.of().formatHex(sum));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** {@code sha256:} and the first 12 digits: enough to tell two digests apart on a screen. */
  public String shortForm() {
    return value.substring(0, SHORT_LENGTH);
  }

  private static String bounded(String text) {
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }

  @Override
  public String toString() {
    return value;
  }
}
