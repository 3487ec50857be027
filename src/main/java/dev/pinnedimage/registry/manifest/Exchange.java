package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.REDIRECT_REFUSED;
import static dev.pinnedimage.image.Failure.REGISTRY_NOT_ALLOWED;
import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;

import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.auth.Authorizer;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.limit.Patience;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Ask;
import dev.pinnedimage.registry.wire.Authorization;
import dev.pinnedimage.registry.wire.Reply;
import dev.pinnedimage.registry.wire.Transport;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * One question with all that belongs to it (names, redirects, a repeat with credentials, the body)
 * under one deadline, which {@code HttpRequest.timeout} does not give: it does not stop a stalled
 * body (JDK-8208693). Waiting for one's turn at a host does not count.
 */
final class Exchange {
  private static final int MAX_REDIRECTS = 3;

  private final RegistrySettings settings;
  private final AddressGuard guard;
  private final Transport transport;
  private final Authorizer authorizer;
  private final Duration deadline;

  Exchange(
      RegistrySettings settings,
      AddressGuard guard,
      AmbientIdentity ambient,
      HostLimits limits,
      Duration deadline) {
    this.settings = settings;
    this.guard = guard;
    this.transport = new Transport(settings, limits.pace());
    this.authorizer = new Authorizer(settings, guard, transport, ambient, limits.clock());
    this.deadline = deadline;
  }

  Reply send(Query query, Ask ask) throws Refusal {
    try {
      return Patience.within(deadline, () -> follow(query, ask));
    } catch (TimeoutException e) {
      throw new Refusal(
          REGISTRY_UNREACHABLE,
          "the registry gave no complete answer within %s s; look at it, and at proxies before it"
              .formatted(seconds()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(REGISTRY_UNREACHABLE, "the look-up was stopped");
    } catch (ExecutionException e) {
      throw Transport.explain(e.getCause());
    }
  }

  private String seconds() {
    return BigDecimal.valueOf(deadline.toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private Reply follow(Query query, Ask ask) throws Refusal, IOException, InterruptedException {
    URI home = home(query, ask);
    guard.check(home.getRawAuthority());
    Reply reply = askAtHome(home, query, ask);
    URI at = home;
    boolean left = false;
    for (int hops = 0; reply.isRedirect(); hops++) {
      if (hops == MAX_REDIRECTS) {
        throw refused("redirects more than %d times".formatted(MAX_REDIRECTS));
      }
      at = target(at, reply);
      // Once another origin has had its say, even the way back goes without credentials.
      left = left || !origin(at).equals(origin(home));
      reply = left ? transport.send(at, ask, Authorization.NONE) : askAtHome(at, query, ask);
    }
    return reply;
  }

  private URI home(Query query, Ask ask) throws Refusal {
    String registry = query.reference().registry();
    URI home = URI.create(settings.baseUrl(registry) + ask.path());
    if (!isAddressable(home)) {
      throw new Refusal(
          REGISTRY_NOT_ALLOWED, "the registry is not named by a valid host name and port");
    }
    return home;
  }

  private Reply askAtHome(URI uri, Query query, Ask ask)
      throws Refusal, IOException, InterruptedException {
    Reply reply = transport.send(uri, ask, authorizer.before(origin(uri), query));
    if (reply.status() != 401) {
      return reply;
    }
    Optional<Authorization> next = authorizer.after(origin(uri), query, reply);
    return next.isPresent() ? transport.send(uri, ask, next.get()) : reply;
  }

  private URI target(URI from, Reply reply) throws Refusal, IOException {
    URI to = location(from, reply);
    String authority = to.getRawAuthority();
    if (authority == null || !isAddressable(to) || to.getRawUserInfo() != null) {
      throw refused("redirects to something that is not a plain URL");
    }
    boolean plain = "http".equals(to.getScheme()) && settings.host(authority).plainHttp();
    if (!plain && !"https".equals(to.getScheme())) {
      throw refused("redirects to %s without TLS".formatted(Refusal.printable(to.getHost())));
    }
    try {
      guard.check(authority);
    } catch (Refusal e) {
      throw new Refusal(REDIRECT_REFUSED, "a redirect is not followed: " + e.getMessage());
    }
    return to;
  }

  private static URI location(URI from, Reply reply) throws Refusal {
    String location = reply.header("Location").orElse("");
    try {
      if (!location.isBlank()) {
        return from.resolve(new URI(location));
      }
    } catch (URISyntaxException e) {
      // Told below, without repeating it: the text is the server's.
    }
    throw refused("redirects to something that is not a plain URL");
  }

  /** Else the HTTP client would throw what counts as a defect of ours. */
  private static boolean isAddressable(URI uri) {
    return uri.getHost() != null && uri.getPort() <= 65535;
  }

  private static Refusal refused(String what) {
    return new Refusal(
        REDIRECT_REFUSED, "the registry " + what + ", which is not followed; correct the registry");
  }

  /** Scheme, host and port (RFC 6454): what credentials are bound to. */
  private static String origin(URI uri) {
    int defaultPort = "https".equals(uri.getScheme()) ? 443 : 80;
    int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
    return (uri.getScheme() + "://" + uri.getHost() + ":" + port).toLowerCase(Locale.ROOT);
  }

  void close() {
    transport.close();
  }
}
