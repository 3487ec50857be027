package dev.pinnedimage.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Every password and token that a test gave away, in each spelling that it travels in. None may
 * stand in what the operator writes: its log, its metrics, events, statuses; the harness looks at
 * the end of each operator and of each namespace.
 */
public final class PlantedSecrets {
  private static final Set<String> SPELLINGS = ConcurrentHashMap.newKeySet();

  static {
    for (Login login : Login.values()) {
      plantLogin(login.user(), login.password());
    }
    plant(TokenAuthority.IDENTITY_TOKEN);
  }

  private PlantedSecrets() {}

  /** Returns the secret, to be given away. */
  public static String plant(String secret) {
    SPELLINGS.addAll(
        List.of(
            secret,
            URLEncoder.encode(secret, UTF_8),
            URLEncoder.encode(secret, UTF_8).replace("+", "%20"),
            base64(secret)));
    return secret;
  }

  /** With the pair as Basic authentication and a pull Secret's {@code auth} spell it. */
  public static void plantLogin(String user, String password) {
    plant(password);
    SPELLINGS.add(base64(user + ":" + password));
  }

  /**
   * @param where what the text is, for the failure's message, which does not repeat the secret
   * @throws IllegalStateException where one stands in the text
   */
  public static void requireNoneIn(String where, String text) {
    List<String> found =
        text.lines().filter(line -> SPELLINGS.stream().anyMatch(line::contains)).toList();
    if (!found.isEmpty()) {
      throw new IllegalStateException(
          "a planted secret stands in %d lines of %s, first: %s"
              .formatted(found.size(), where, masked(found.getFirst())));
    }
  }

  private static String masked(String line) {
    String masked = line;
    for (String secret : SPELLINGS) {
      masked = masked.replace(secret, "<SECRET>");
    }
    return masked;
  }

  /** Without the padding, as far as the end of a text decides it. */
  private static String base64(String text) {
    return Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
  }
}
