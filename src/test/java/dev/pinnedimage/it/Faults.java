package dev.pinnedimage.it;

import static dev.pinnedimage.image.Failure.ACCESS_DENIED;
import static dev.pinnedimage.image.Failure.AUTHENTICATION_REQUIRED;
import static dev.pinnedimage.image.Failure.DIGEST_MISMATCH;
import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;
import static dev.pinnedimage.image.Failure.MANIFEST_TOO_LARGE;
import static dev.pinnedimage.image.Failure.RATE_LIMITED;
import static dev.pinnedimage.image.Failure.REDIRECT_REFUSED;
import static dev.pinnedimage.image.Failure.REGISTRY_UNAVAILABLE;
import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;
import static dev.pinnedimage.image.Failure.REPOSITORY_NOT_FOUND;
import static dev.pinnedimage.image.Failure.TAG_NOT_FOUND;
import static dev.pinnedimage.image.Failure.TOKEN_REALM_REFUSED;
import static dev.pinnedimage.image.Failure.UNSUPPORTED_MEDIA_TYPE;
import static dev.pinnedimage.it.Fault.limiting;
import static dev.pinnedimage.it.Fault.quick;
import static dev.pinnedimage.it.Fault.stalling;
import static dev.pinnedimage.it.Fault.tls;

import dev.pinnedimage.harness.ToxicProxy.Exchange;
import dev.pinnedimage.harness.ToxicProxy.Toxic;
import dev.pinnedimage.image.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What goes wrong between an operator and a registry. */
final class Faults {
  private static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  private static final String INDEX =
      "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[]}".formatted(INDEX_TYPE);
  private static final String SCHEMA_1 = "{\"schemaVersion\":1,\"fsLayers\":[],\"history\":[]}";
  private static final String OK = "HTTP/1.1 200 OK\r\n";
  private static final String TYPE = "Content-Type: " + INDEX_TYPE + "\r\n";

  private Faults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "nobody listens on the port",
            REGISTRY_UNREACHABLE,
            Fault.Noticed.AT_ONCE,
            Fault.Recovery.NEXT_CHECK,
            false,
            (proxy, _) -> proxy.refuse()),
        stalling("a server that takes the request and says nothing", Exchange::stall),
        stalling("a stall in the middle of the headers", say(OK + "X-Slow: ", Exchange::stall)),
        stalling("a stall in the middle of the body", body("100", "{", Exchange::stall)),
        stalling("headers at one byte a second", say(OK + "X-Slow: ", Faults::drip)),
        stalling("a body at one byte a second", body("1000", "{", Faults::drip)),
        quick("a connection that is reset", REGISTRY_UNREACHABLE, Exchange::reset),
        quick("a reset in the body", REGISTRY_UNREACHABLE, body("100", "{", Exchange::reset)),
        quick("a connection that just ends", REGISTRY_UNREACHABLE, say("", Faults::end)),
        quick("a body that ends too soon", REGISTRY_UNREACHABLE, body("100", "{", Faults::end)),
        quick(
            "a Content-Length that is too small", DIGEST_MISMATCH, body("20", INDEX, Faults::end)),
        quick("endless headers", REGISTRY_UNREACHABLE, say(OK, Faults::headers)),
        quick(
            "one header of a megabyte",
            REGISTRY_UNREACHABLE,
            say(OK + "X: " + "x".repeat(1024 * 1024) + "\r\n\r\n", Faults::end)),
        quick("an endless body", MANIFEST_TOO_LARGE, body("999999999", "{", Faults::endless)),
        quick("no HTTP at all", REGISTRY_UNREACHABLE, say("SSH-2.0-OpenSSH_9.6\r\n", Faults::end)),
        quick(
            "chunks that are none",
            REGISTRY_UNREACHABLE,
            moved("Transfer-Encoding: chunked\r\n", "zz\r\nnonsense\r\n", Faults::end)),
        quick(
            "a captive portal's page",
            UNSUPPORTED_MEDIA_TYPE,
            say(OK + "Content-Type: text/html\r\nContent-Length: 0\r\n\r\n", Faults::end)),
        quick(
            "a captive portal's redirect",
            REDIRECT_REFUSED,
            status("302 Found", "Location: http://login.example/\r\n")),
        quick("a redirect in circles", REDIRECT_REFUSED, Faults::circle),
        quick(
            "a redirect to a private address",
            REDIRECT_REFUSED,
            status("307 Temporary Redirect", "Location: https://10.0.0.1/\r\n")),
        quick(
            "a redirect to cloud metadata",
            REDIRECT_REFUSED,
            status("307 Temporary Redirect", "Location: https://169.254.169.254/latest\r\n")),
        quick(
            "an empty answer",
            MANIFEST_INVALID,
            say(OK + TYPE + "Content-Length: 0\r\n\r\n", Faults::end)),
        quick("500", REGISTRY_UNAVAILABLE, status("500 Internal Server Error", "")),
        quick("502 of a proxy", REGISTRY_UNAVAILABLE, status("502 Bad Gateway", "")),
        limiting("503, Retry-After", REGISTRY_UNAVAILABLE, status("503 No", "Retry-After: 4\r\n")),
        limiting("429, Retry-After", RATE_LIMITED, status("429 Slow", "Retry-After: 4\r\n")),
        quick("the tag is gone", TAG_NOT_FOUND, tagOnly("MANIFEST_UNKNOWN")),
        quick("the repository is gone", REPOSITORY_NOT_FOUND, tagOnly("NAME_UNKNOWN")),
        quick(
            "credentials are asked for",
            AUTHENTICATION_REQUIRED,
            status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"r\"\r\n")),
        quick(
            "a token server at an address of the inside",
            TOKEN_REALM_REFUSED,
            status(
                "401 Unauthorized",
                "WWW-Authenticate: Bearer realm=\"https://169.254.169.254/token\"\r\n")),
        quick("access is denied", ACCESS_DENIED, status("403 Forbidden", "")),
        quick(
            "other bytes than the digest's", DIGEST_MISMATCH, body("7", "{\"a\":1}", Faults::end)),
        quick(
            "gzip, although identity was asked for",
            MANIFEST_INVALID,
            moved("Content-Encoding: gzip\r\nContent-Length: 2\r\n", "\u001f\u008b", Faults::end)),
        quick("an index without an image", UNSUPPORTED_MEDIA_TYPE, tagged(INDEX_TYPE, INDEX)),
        quick("schema 1", UNSUPPORTED_MEDIA_TYPE, tagged("application/json", SCHEMA_1)),
        quick(
            "an index that is served as a manifest",
            MANIFEST_INVALID,
            tagged("application/vnd.oci.image.manifest.v1+json", INDEX)),
        tls("a certificate of another host", (proxy, tls) -> proxy.show(tls.serving("wrong-name"))),
        tls("a certificate that has expired", (proxy, tls) -> proxy.show(tls.serving("expired"))),
        tls(
            "a certificate that nobody signed",
            (proxy, tls) -> proxy.show(tls.serving("self-signed"))));
  }

  private static Toxic say(String text, Toxic then) {
    return exchange -> {
      exchange.say(text);
      then.play(exchange);
    };
  }

  private static Toxic status(String line, String headers) {
    return say("HTTP/1.1 " + line + "\r\n" + headers + "Content-Length: 0\r\n\r\n", Faults::end);
  }

  /** The tag moved, and this is what comes of asking for what it moved to. */
  private static Toxic moved(String headers, String start, Toxic then) {
    String digest = "Docker-Content-Digest: sha256:" + "d".repeat(64) + "\r\n";
    return exchange -> {
      if (exchange.is("HEAD")) {
        exchange.say(OK + TYPE + digest + "\r\n");
      } else {
        exchange.say(OK + TYPE + headers + "\r\n" + start);
        then.play(exchange);
      }
    };
  }

  private static Toxic body(String length, String start, Toxic then) {
    return moved("Content-Length: " + length + "\r\n", start, then);
  }

  /** The tag moved to this, which has the digest that it is said to have. */
  private static Toxic tagged(String type, String body) {
    Digest digest = Digest.of(body.getBytes(StandardCharsets.UTF_8));
    return exchange -> {
      boolean pinned =
          exchange.path().contains("sha256:") && !exchange.path().contains(digest.value());
      if (pinned) {
        exchange.pass();
        return;
      }
      exchange.say(
          OK
              + "Content-Type: %s\r\nDocker-Content-Digest: %s\r\nContent-Length: %d\r\n\r\n"
                  .formatted(type, digest, body.length())
              + (exchange.is("HEAD") ? "" : body));
    };
  }

  private static Toxic tagOnly(String code) {
    String body = "{\"errors\":[{\"code\":\"%s\"}]}".formatted(code);
    return exchange -> {
      if (exchange.path().contains("sha256:")) {
        exchange.pass();
      } else {
        exchange.say(
            "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(body.length(), exchange.is("HEAD") ? "" : body));
      }
    };
  }

  private static void end(Exchange exchange) {
    // What follows is the end of the connection.
  }

  private static void circle(Exchange exchange) throws IOException {
    exchange.say(
        "HTTP/1.1 307 Temporary Redirect\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
            .formatted(exchange.path()));
  }

  private static void drip(Exchange exchange) throws IOException, InterruptedException {
    while (true) {
      exchange.say("a");
      Thread.sleep(1000);
    }
  }

  private static void headers(Exchange exchange) throws IOException {
    for (long i = 0; ; i++) {
      exchange.say("X-" + i + ": " + "x".repeat(1000) + "\r\n");
    }
  }

  private static void endless(Exchange exchange) throws IOException {
    String block = " ".repeat(64 * 1024);
    while (true) {
      exchange.say(block);
    }
  }
}
