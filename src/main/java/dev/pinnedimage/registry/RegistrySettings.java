package dev.pinnedimage.registry;

import dev.pinnedimage.image.ImageReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the operator's configuration says about registries by {@code host[:port]}: exceptions from
 * "HTTPS, the system's certificate authorities, public addresses only" exist for no other host.
 */
public final class RegistrySettings {
  public static final RegistrySettings NONE = new RegistrySettings(List.of());
  static final Pattern KEY = Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");

  private final Map<String, RegistryHost> hosts;
  private final Map<String, String> aliases = new HashMap<>();
  private final EgressProxy egress;

  /** Without a proxy. */
  public RegistrySettings(List<RegistryHost> registries) {
    this(registries, EgressProxy.NONE);
  }

  /**
   * @throws InvalidSettings where a host is not {@code host[:port]}, or an entry says two opposite
   *     things
   */
  public RegistrySettings(List<RegistryHost> registries, EgressProxy egress) {
    this.egress = egress;
    Map<String, RegistryHost> byHost = new HashMap<>();
    for (RegistryHost entry : registries) {
      if (byHost.put(checked(entry), entry) != null) {
        throw new InvalidSettings(
            "registries: \"" + Refusal.printable(entry.host()) + "\" stands there twice");
      }
    }
    hosts = Map.copyOf(byHost);
    hosts.forEach((host, entry) -> entry.aliases().forEach(alias -> addAlias(alias, host)));
  }

  private void addAlias(String alias, String host) {
    String before = aliases.put(canonical(alias.toLowerCase(Locale.ROOT)), host);
    if (before != null && !before.equals(host)) {
      throw new InvalidSettings(
          "registries: the alias \"%s\" stands for two hosts".formatted(Refusal.printable(alias)));
    }
  }

  /** Whether both hosts serve the same content, by {@link RegistryHost#aliases}. */
  public boolean areAliases(String registry, String other) {
    return registry.equals(other)
        || aliases.getOrDefault(registry, registry).equals(aliases.getOrDefault(other, other));
  }

  /** The other hosts that serve the same content, in order. */
  public List<String> aliasesOf(String registry) {
    return Stream.concat(aliases.keySet().stream(), aliases.values().stream())
        .distinct()
        .filter(host -> !host.equals(registry) && areAliases(host, registry))
        .sorted()
        .toList();
  }

  private static String checked(RegistryHost entry) {
    if (entry.host().isEmpty()) {
      throw new InvalidSettings("registries: every entry needs host: host[:port]");
    }
    String name = entry.host().toLowerCase(Locale.ROOT);
    if (!KEY.matcher(name).matches()) {
      throw new InvalidSettings(
          "registries: \"" + Refusal.printable(entry.host()) + "\" is not host[:port]");
    }
    EntryRules.check(entry);
    return canonical(name);
  }

  public Collection<RegistryHost> hosts() {
    return hosts.values();
  }

  /** The way out to all of them. */
  public EgressProxy egress() {
    return egress;
  }

  /** What is configured for a registry or a redirect's target; the default where nothing is. */
  public RegistryHost host(String authority) {
    String name = canonical(authority.toLowerCase(Locale.ROOT));
    RegistryHost found = hosts.get(name);
    if (found == null) {
      found = hosts.get(withoutDefaultPort(name));
    }
    return found == null ? RegistryHost.unconfigured(name) : found;
  }

  private static String withoutDefaultPort(String name) {
    return name.replaceFirst(":(443|80)$", "");
  }

  /** The scheme and authority that a reference's registry is reached at. */
  public String baseUrl(String registry) {
    String authority =
        registry.equals(ImageReference.DOCKER_HUB) ? "registry-1.docker.io" : registry;
    return (host(registry).plainHttp() ? "http://" : "https://") + authority;
  }

  /** {@code docker.io} for every host name of Docker Hub. */
  public static String canonical(String authority) {
    return switch (authority) {
      case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" ->
          ImageReference.DOCKER_HUB;
      default -> authority;
    };
  }
}
