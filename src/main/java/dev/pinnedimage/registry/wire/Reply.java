package dev.pinnedimage.registry.wire;

import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.regex.Pattern;

/** A registry's answer to one request, read to its end or its bound. */
public final class Reply {
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern BASIC =
      Pattern.compile("(^|,)\\s*basic(\\s|,|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern BEARER =
      Pattern.compile("(^|,)\\s*bearer(\\s|,|$)", Pattern.CASE_INSENSITIVE);

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final boolean authorized;

  /**
   * @param authorized whether the request carried credentials
   */
  Reply(int status, HttpHeaders headers, byte[] body, boolean authorized) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.authorized = authorized;
  }

  public int status() {
    return status;
  }

  public byte[] body() {
    return body;
  }

  public boolean authorized() {
    return authorized;
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  public boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  public boolean offersBasic() {
    return challenges(BASIC);
  }

  public boolean offersBearer() {
    return challenges(BEARER);
  }

  /** One header may hold several challenges, and a quoted realm may look like one. */
  private boolean challenges(Pattern scheme) {
    return headers.allValues("WWW-Authenticate").stream()
        .map(value -> QUOTED.matcher(value).replaceAll(""))
        .anyMatch(value -> scheme.matcher(value).find());
  }
}
