package dev.pinnedimage;

import java.util.Map;

/**
 * Bounds of the HTTP servers that this process opens to strangers. The JDK's server reads them
 * once, when the first one is made, so they hold for all.
 */
final class HttpBounds {
  /**
   * {@code maxReqTime} is the time for a whole request, slow senders included: measured on JDK 25,
   * it counts seconds (its documentation says milliseconds).
   */
  private static final Map<String, String> PROPERTIES =
      Map.of(
          "sun.net.httpserver.maxReqTime", "10",
          "sun.net.httpserver.maxReqHeaderSize", "16384",
          "jdk.httpserver.maxConnections", "64");

  private HttpBounds() {}

  /** Whatever stands on the command line has the last word. */
  static void set() {
    PROPERTIES.forEach((name, value) -> System.getProperties().putIfAbsent(name, value));
  }
}
