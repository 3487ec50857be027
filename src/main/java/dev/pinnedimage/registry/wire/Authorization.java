package dev.pinnedimage.registry.wire;

/**
 * Who a request says that it comes from.
 *
 * @param header the value of {@code Authorization}, empty for none: a secret, and never printed
 */
public record Authorization(Kind kind, String header) {
  public static final Authorization NONE = new Authorization(Kind.NONE, "");

  /** What an answer to it means depends on this. */
  public enum Kind {
    NONE,
    BASIC,
    /** A token that anybody may have. */
    ANONYMOUS_TOKEN,
    /** A token that was given for credentials. */
    TOKEN
  }

  /** Whether somebody in particular is asking. */
  public boolean hasCredentials() {
    return kind == Kind.BASIC || kind == Kind.TOKEN;
  }

  @Override
  public String toString() {
    return kind.name();
  }
}
