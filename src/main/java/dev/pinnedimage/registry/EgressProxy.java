package dev.pinnedimage.registry;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster's way out, by the environment variables that other programs of a cluster read too:
 * {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, with the rules of Go's httpproxy.
 */
public final class EgressProxy {
  public static final EgressProxy NONE = new EgressProxy(null, null, new NoProxy(""));

  /**
   * @param variable that it was read from, for messages
   * @param authorization value of {@code Proxy-Authorization}: a secret
   */
  public record Server(String variable, String host, int port, @Nullable String authorization) {
    /** For messages: without credentials. */
    @Override
    public String toString() {
      return host + ":" + port + " (" + variable + ")";
    }
  }

  private final @Nullable Server forHttps;
  private final @Nullable Server forHttp;
  private final NoProxy except;

  private EgressProxy(@Nullable Server forHttps, @Nullable Server forHttp, NoProxy except) {
    this.forHttps = forHttps;
    this.forHttp = forHttp;
    this.except = except;
  }

  /**
   * @throws InvalidSettings where a variable is no proxy's URL; what stands there is not repeated,
   *     for it may hold a password
   */
  public static EgressProxy of(Map<String, String> environment) {
    return new EgressProxy(
        server("HTTPS_PROXY", environment).orElse(null),
        server("HTTP_PROXY", environment).orElse(null),
        new NoProxy(value("NO_PROXY", environment).orElse("")));
  }

  /** Empty where a request goes straight to its host. */
  public Optional<Server> serverFor(URI uri) {
    boolean https = "https".equals(uri.getScheme());
    Server server = https ? forHttps : forHttp;
    if (server == null || uri.getHost() == null) {
      return Optional.empty();
    }
    int defaultPort = https ? 443 : 80;
    int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
    return except.covers(uri.getHost(), port) ? Optional.empty() : Optional.of(server);
  }

  /** Whether the name is a proxy's own, which may be anywhere: a person configured it. */
  public boolean isServer(String host) {
    return Stream.of(Optional.ofNullable(forHttps), Optional.ofNullable(forHttp))
        .flatMap(Optional::stream)
        .anyMatch(server -> server.host().equalsIgnoreCase(host));
  }

  private static Optional<String> value(String variable, Map<String, String> environment) {
    return Stream.of(variable, variable.toLowerCase(Locale.ROOT))
        .map(name -> environment.getOrDefault(name, ""))
        .filter(value -> !value.isBlank())
        .map(String::strip)
        .findFirst();
  }

  private static Optional<Server> server(String variable, Map<String, String> environment) {
    return value(variable, environment).map(url -> parsed(variable, url));
  }

  private static Server parsed(String variable, String url) {
    try {
      URI uri = new URI(url.contains("://") ? url : "http://" + url);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new Server(variable, uri.getHost(), port, authorization(uri.getRawUserInfo()));
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      // Told below, without what stands there.
    }
    throw new InvalidSettings(
        variable
            + " of the environment is not a proxy that can be used: write"
            + " http://[user:password@]host:port, with special characters of the password as %XX");
  }

  private static @Nullable String authorization(@Nullable String userInfo) {
    if (userInfo == null) {
      return null;
    }
    String[] parts = userInfo.split(":", 2);
    return new Credential.Basic(decoded(parts[0]), parts.length == 2 ? decoded(parts[1]) : "")
        .authorization();
  }

  /** As URIs do: a plus is a plus. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
