package dev.pinnedimage.registry;

import dev.pinnedimage.image.ImageReference;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operator's configuration says about registries by {@code host[:port]}: exceptions from
 * "HTTPS, the system's certificate authorities, public addresses only" exist for no other host.
 */
public record RegistrySettings(Map<String, Host> hosts) {
  public static final RegistrySettings NONE = new RegistrySettings(Map.of());
  private static final Pattern KEY =
      Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");

  /**
   * The exceptions for one host.
   *
   * @param plainHttp speak HTTP without TLS; implies that its address may be private
   * @param caFile PEM certificates that are trusted for this host, instead of the system's
   * @param allowPrivateAddresses the host may be on a loopback or private address
   */
  public record Host(boolean plainHttp, @Nullable Path caFile, boolean allowPrivateAddresses) {
    static final Host DEFAULT = new Host(false, null, false);

    boolean mayBePrivate() {
      return plainHttp || allowPrivateAddresses;
    }
  }

  /**
   * @throws InvalidSettings where a key is not {@code host[:port]}, or says two opposite things
   */
  public RegistrySettings {
    Map<String, Host> canonical = new HashMap<>();
    hosts.forEach((key, host) -> {
      if (canonical.put(checked(key, host), host) != null) {
        throw new InvalidSettings(
            "registries: \"" + Refusal.printable(key) + "\" stands there twice");
      }
    });
    hosts = Map.copyOf(canonical);
  }

  private static String checked(String key, Host host) {
    String name = key.toLowerCase(Locale.ROOT);
    if (!KEY.matcher(name).matches()) {
      throw new InvalidSettings(
          "registries: \"" + Refusal.printable(key) + "\" is not host[:port]");
    }
    if (host.plainHttp() && host.caFile() != null) {
      throw new InvalidSettings(
          "registries: \""
              + key
              + "\" has both plainHttp and caFile; plain HTTP has no certificate");
    }
    return canonical(name);
  }

  /** What is configured for a registry or a redirect's target; the default where nothing is. */
  Host host(String authority) {
    String name = canonical(authority.toLowerCase(Locale.ROOT));
    Host found = hosts.get(name);
    return found != null ? found : hosts.getOrDefault(withoutDefaultPort(name), Host.DEFAULT);
  }

  private static String withoutDefaultPort(String name) {
    return name.replaceFirst(":(443|80)$", "");
  }

  /** The scheme and authority that a reference's registry is reached at. */
  String baseUrl(String registry) {
    String authority =
        registry.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : registry;
    return (host(registry).plainHttp() ? "http://" : "https://") + authority;
  }

  /** {@code docker.io} for every host name of Docker Hub. */
  static String canonical(String authority) {
    return switch (authority) {
      case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" ->
          ImageReference.DOCKER_HUB;
      default -> authority;
    };
  }
}
