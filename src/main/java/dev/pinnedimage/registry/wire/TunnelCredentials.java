package dev.pinnedimage.registry.wire;

/**
 * Lets the JDK's client give a proxy the credentials of its URL when it asks for a tunnel. It does
 * not by default: {@code jdk.http.auth.tunneling.disabledSchemes} is {@code Basic}, which is read
 * once, with the first client of the process.
 */
public final class TunnelCredentials {
  private static final String DISABLED = "jdk.http.auth.tunneling.disabledSchemes";

  private TunnelCredentials() {}

  /** To be called before anything in the process has made an HTTP client; a flag has its way. */
  public static void allow() {
    if (System.getProperty(DISABLED) == null) {
      System.setProperty(DISABLED, "");
    }
  }
}
