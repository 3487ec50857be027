package dev.pinnedimage.registry.wire;

import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Supplier;

/**
 * An HTTP client that is replaced once a server's head was none, or too large. The JDK's (25,
 * {@code Http1Response.HeadersReader}) then fails the request and forgets the connection, which
 * stays open for as long as the client lives: a hostile server would take one descriptor with each
 * check.
 */
final class RenewedClient {
  private final Supplier<HttpClient> make;
  private volatile HttpClient current;

  RenewedClient(Supplier<HttpClient> make) {
    this.make = make;
    this.current = make.get();
  }

  HttpResponse<InputStream> send(HttpRequest request) throws IOException, InterruptedException {
    HttpClient client = current;
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (ProtocolException e) {
      retire(client);
      throw e;
    } catch (IOException e) {
      if (client.equals(current)) {
        throw e;
      }
      // Another's bad server had this one retired in the very moment of its use.
      return current.send(request, BodyHandlers.ofInputStream());
    }
  }

  /** What is under way on it comes to its end, and then all of its connections do. */
  private synchronized void retire(HttpClient failed) {
    if (failed.equals(current)) {
      current = make.get();
      failed.shutdown();
    }
  }

  synchronized void shutdown() {
    current.shutdown();
  }
}
