package dev.pinnedimage.registry;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code NO_PROXY} names: {@code *}, names (with those below them, or with a leading dot those
 * only), addresses and CIDR ranges, each but the ranges with or without a port.
 *
 * <p>By the rules of Go's {@code golang.org/x/net/http/httpproxy}.
 */
final class NoProxy {
  private final List<String> entries;

  NoProxy(String text) {
    entries =
        Arrays.stream(text.split(","))
            .map(entry -> entry.strip().toLowerCase(Locale.ROOT))
            .filter(entry -> !entry.isEmpty())
            .toList();
  }

  /** Loopback is covered always. */
  boolean covers(String host, int port) {
    String name = unbracketed(host.toLowerCase(Locale.ROOT)).replaceFirst("\\.$", "");
    Optional<InetAddress> address = address(name);
    if (name.equals("localhost") || address.filter(InetAddress::isLoopbackAddress).isPresent()) {
      return true;
    }
    return entries.stream().anyMatch(entry -> matches(entry, name, address.orElse(null), port));
  }

  private static boolean matches(
      String entry, String name, @Nullable InetAddress address, int port) {
    if (entry.equals("*")) {
      return true;
    }
    Optional<Cidr> range = Cidr.parse(entry);
    if (range.isPresent()) {
      return address != null && range.get().contains(address);
    }
    return isAnyPortOr(entry, port) && matches(withoutPort(entry), name, address);
  }

  private static boolean matches(String entry, String name, @Nullable InetAddress address) {
    Optional<InetAddress> wanted = address(entry);
    if (wanted.isPresent() || address != null) {
      return wanted.isPresent() && wanted.get().equals(address);
    }
    String suffix = entry.startsWith("*.") ? entry.substring(1) : entry;
    return suffix.startsWith(".")
        ? name.endsWith(suffix)
        : name.equals(suffix) || name.endsWith("." + suffix);
  }

  private static boolean isAnyPortOr(String entry, int port) {
    String rest = entry.substring(withoutPort(entry).length());
    return rest.isEmpty() || rest.equals(":" + port);
  }

  /** Of {@code [::1]:80}, {@code host:80} and an IPv6 address without brackets. */
  private static String withoutPort(String entry) {
    boolean bareIpv6 = !entry.startsWith("[") && entry.indexOf(':') != entry.lastIndexOf(':');
    return bareIpv6 ? entry : entry.replaceFirst(":[0-9]*$", "");
  }

  private static Optional<InetAddress> address(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(unbracketed(text)));
    } catch (IllegalArgumentException isAName) {
      return Optional.empty();
    }
  }

  private static String unbracketed(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }
}
