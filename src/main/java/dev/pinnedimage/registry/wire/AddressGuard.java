package dev.pinnedimage.registry.wire;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Keeps tenants, who choose registries and so what is redirected to, from making the operator talk
 * to cloud metadata and to the cluster's inside.
 *
 * <p>The client looks the name up a second time. The JDK's cache (30 s) makes both the same in
 * practice; a name server that races it is shut out by an {@code InetAddressResolverProvider}, the
 * one place where the check and the use are one look-up, in the next issue.
 */
public final class AddressGuard {
  /** How names become addresses. */
  @FunctionalInterface
  public interface Names {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  private final RegistrySettings settings;
  private final Names names;

  public AddressGuard(RegistrySettings settings, Names names) {
    this.settings = settings;
    this.names = names;
  }

  /**
   * Blocks for DNS; the caller holds the deadline.
   *
   * @throws Refusal REGISTRY_NOT_ALLOWED, with the key of the configuration that would allow it
   */
  public void check(String authority) throws Refusal, UnknownHostException {
    String host = host(authority);
    boolean mayBePrivate = settings.host(authority).mayBePrivate();
    if (isLocalhost(host) && !mayBePrivate) {
      throw notConfigured(authority);
    }
    for (InetAddress address : addresses(host)) {
      switch (AddressKind.of(address)) {
        case FORBIDDEN -> throw forbidden(authority);
        case PRIVATE -> {
          if (!mayBePrivate) {
            throw notConfigured(authority);
          }
        }
        case PUBLIC -> {}
      }
    }
  }

  private InetAddress[] addresses(String host) throws UnknownHostException {
    try {
      return new InetAddress[] {InetAddress.ofLiteral(host)};
    } catch (IllegalArgumentException notALiteral) {
      return names.addressesOf(host);
    }
  }

  private static String host(String authority) {
    String host = authority.replaceFirst(":[0-9]*$", "");
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isLocalhost(String host) {
    String name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
    return name.equals("localhost") || name.endsWith(".localhost");
  }

  // Neither message has the address: it would tell tenants what internal names resolve to.
  private static Refusal forbidden(String authority) {
    return new Refusal(
        Failure.REGISTRY_NOT_ALLOWED,
        "the host %s has a link-local, metadata or other special address, which is never asked"
            .formatted(Refusal.printable(authority)));
  }

  private static Refusal notConfigured(String authority) {
    String host = Refusal.printable(authority);
    return new Refusal(
        Failure.REGISTRY_NOT_ALLOWED,
        "the host %s has a loopback or private address, which is only asked where the operator's configuration says so: allowPrivateAddresses: true for host %s of its registries"
            .formatted(host, host));
  }
}
