package dev.pinnedimage.registry;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An expected failure on its way to the {@link Resolver}'s edge, where it becomes an {@link
 * Unresolved} value that also names the reference.
 */
public final class Refusal extends Exception {
  private static final int MAX_FOREIGN_TEXT = 80;

  private final Failure reason;
  private final String detail;
  private final transient @Nullable Instant retryAt;

  public Refusal(Failure reason, String detail) {
    this(reason, detail, null);
  }

  /**
   * @param detail the rest of a sentence that begins with the reference; no secrets, no query
   *     strings, other people's text only through {@link #printable}
   */
  public Refusal(Failure reason, String detail, @Nullable Instant retryAt) {
    super(detail, null, false, false);
    this.reason = reason;
    this.detail = detail;
    this.retryAt = retryAt;
  }

  public Failure reason() {
    return reason;
  }

  public Optional<Instant> retryAt() {
    return Optional.ofNullable(retryAt);
  }

  /** The same failure, which asking again before that moment would not change. */
  public Refusal until(Instant next) {
    return new Refusal(reason, detail, next);
  }

  /** Whether the moment to ask again is still to come. */
  public boolean holdsAt(Instant now) {
    return retryAt != null && now.isBefore(retryAt);
  }

  public Unresolved about(ImageReference reference) {
    return new Unresolved(reason, reference + ": " + detail, retryAt);
  }

  /** At most 80 characters of a server's text, without anything that moves a cursor. */
  public static String printable(String foreign) {
    String text = foreign.replaceAll("[^\\x20-\\x7e]", "?");
    return text.length() <= MAX_FOREIGN_TEXT ? text : text.substring(0, MAX_FOREIGN_TEXT) + "…";
  }
}
