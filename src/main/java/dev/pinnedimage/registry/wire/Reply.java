package dev.pinnedimage.registry.wire;

import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/** A registry's answer to one request, read to its end or its bound. */
public final class Reply {
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;
  private final Authorization sent;

  /**
   * @param sent what the request said of who asks
   */
  Reply(int status, HttpHeaders headers, byte[] body, Authorization sent) {
    this.status = status;
    this.headers = headers;
    this.body = body;
    this.sent = sent;
  }

  public int status() {
    return status;
  }

  public byte[] body() {
    return body;
  }

  public Authorization sent() {
    return sent;
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  public List<String> headers(String name) {
    return headers.allValues(name);
  }

  public boolean isRedirect() {
    return switch (status) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }
}
