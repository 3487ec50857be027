package dev.pinnedimage.registry.wire;

import static dev.pinnedimage.image.Failure.MANIFEST_TOO_LARGE;
import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;

import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.limit.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request over the wire, and what its exceptions mean to a person. */
public final class Transport implements AutoCloseable {
  /** Of the body of a status that is not 2xx: enough for an error code. */
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private static final String USER_AGENT = "pinnedimage-operator/" + version();

  private final RegistrySettings settings;
  private final TrustedClients clients;
  private final Pace pace;

  /**
   * @param pace that every request keeps, whichever host it goes to
   */
  public Transport(RegistrySettings settings, Pace pace) {
    this.settings = settings;
    this.pace = pace;
    this.clients = new TrustedClients(settings);
  }

  public Reply send(URI uri, Ask ask, Authorization authorization)
      throws Refusal, IOException, InterruptedException {
    RegistryHost host = settings.host(uri.getRawAuthority());
    pace.await(host);
    HttpResponse<InputStream> response = response(uri, request(uri, ask, authorization));
    byte[] body = body(response, ask);
    return new Reply(response.statusCode(), response.headers(), body, authorization);
  }

  private HttpResponse<InputStream> response(URI uri, HttpRequest request)
      throws Refusal, IOException, InterruptedException {
    RenewedClient client = clients.forHost(settings.host(uri.getRawAuthority()));
    var filter = new AddressFilter(settings);
    var failure = new RequestFailure(settings, clients, uri);
    try {
      var response = filter.call(() -> client.send(request));
      orThrow(failure.ofStatus(response.statusCode()));
      return response;
    } catch (IOException e) {
      orThrow(failure.explain(e, filter));
      throw e;
    }
  }

  private static void orThrow(Optional<Refusal> refusal) throws Refusal {
    if (refusal.isPresent()) {
      throw refusal.get();
    }
  }

  private HttpRequest request(URI uri, Ask ask, Authorization authorization) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            // Of HTTP/2 only a stream ends with an exchange that is given up, and a dead connection
            // stays.
            .version(HttpClient.Version.HTTP_1_1)
            .method(ask.method(), publisher(ask))
            .setHeader("Accept", ask.accept())
            .setHeader("Accept-Encoding", "identity")
            .setHeader("User-Agent", USER_AGENT);
    if (ask.form() != null) {
      request.setHeader("Content-Type", "application/x-www-form-urlencoded");
    }
    if (!authorization.header().isEmpty()) {
      request.setHeader("Authorization", authorization.header());
    }
    settings
        .egress()
        .serverFor(uri)
        .map(EgressProxy.Server::authorization)
        .ifPresent(secret -> request.setHeader("Proxy-Authorization", secret));
    return request.build();
  }

  private static BodyPublisher publisher(Ask ask) {
    return ask.form() == null ? BodyPublishers.noBody() : BodyPublishers.ofString(ask.form());
  }

  /** Counted here: BodyHandlers.limiting tells too much from cut off only in its message. */
  private static byte[] body(HttpResponse<InputStream> response, Ask ask)
      throws Refusal, IOException {
    boolean good = response.statusCode() / 100 == 2;
    try (InputStream in = response.body()) {
      if (!good) {
        return in.readNBytes(MAX_ERROR_BYTES);
      }
      byte[] bytes = in.readNBytes(ask.maxBytes() + 1);
      if (bytes.length > ask.maxBytes()) {
        throw new Refusal(
            MANIFEST_TOO_LARGE,
            "the registry sends more than %d MiB".formatted(ask.maxBytes() / 1024 / 1024));
      }
      return bytes;
    }
  }

  public static Refusal explain(@Nullable Throwable cause) {
    return switch (cause) {
      case Refusal refusal -> refusal;
      case UnknownHostException e ->
          unreachable(
              "the host name has no address in DNS; check its spelling, and the cluster's DNS");
      case ConnectException e ->
          unreachable(
              "the registry cannot be connected to; check that it is up, and that network policies and proxies let the operator reach it");
      case IOException e ->
          unreachable(
              "the connection broke before the answer was complete; look at the registry, and at proxies before it");
      case InterruptedException e -> unreachable("the look-up was stopped");
      case null, default -> throw new IllegalStateException("a look-up failed unexpectedly", cause);
    };
  }

  private static Refusal unreachable(String what) {
    return new Refusal(REGISTRY_UNREACHABLE, what);
  }

  @Override
  public void close() {
    clients.close();
  }

  private static String version() {
    String version = Transport.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
