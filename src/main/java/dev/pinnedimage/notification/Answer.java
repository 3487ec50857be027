package dev.pinnedimage.notification;

import com.sun.net.httpserver.Headers;

/** What the endpoint answers; a status says all that a sender needs, so there is never a body. */
enum Answer {
  TAKEN(204),
  MALFORMED(400),
  UNAUTHORIZED(401),
  NOT_FOUND(404),
  NOT_POSTED(405),
  TOO_LARGE(413),
  TOO_MANY(429);

  private final int status;

  Answer(int status) {
    this.status = status;
  }

  int status() {
    return status;
  }

  /** Connections are not kept: senders come seldom, and an idle one would hold a place. */
  void writeTo(Headers headers) {
    headers.set("Connection", "close");
    switch (this) {
      case UNAUTHORIZED -> headers.set("WWW-Authenticate", "Bearer");
      case NOT_POSTED -> headers.set("Allow", "POST");
      case TOO_MANY -> headers.set("Retry-After", "1");
      default -> {}
    }
  }
}
