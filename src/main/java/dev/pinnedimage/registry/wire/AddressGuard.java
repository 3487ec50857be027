package dev.pinnedimage.registry.wire;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Keeps tenants, who choose registries and so what is redirected to, from making the operator talk
 * to cloud metadata and to the cluster's inside.
 *
 * <p>It judges before each connection, with a sentence for the tenant, and it alone sees addresses
 * that are written out and {@code localhost}, which the JDK resolves by itself. A name that has
 * other addresses by the time of the connection is caught by {@link AddressFilter}.
 */
public final class AddressGuard {
  /** Resolved by a cloud's own name server, or by a proxy inside of one. */
  private static final Set<String> METADATA_NAMES =
      Set.of(
          "metadata",
          "metadata.google.internal",
          "metadata.goog",
          "instance-data",
          "instance-data.ec2.internal");

  private static final Duration PATIENCE = Duration.ofSeconds(2);

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
    AddressKind kind = kind(authority, host(authority).toLowerCase(Locale.ROOT));
    if (kind == AddressKind.FORBIDDEN
        || (kind == AddressKind.PRIVATE && !settings.host(authority).mayBePrivate())) {
      throw refusal(kind, authority);
    }
  }

  private AddressKind kind(String authority, String host) throws UnknownHostException {
    String name = host.replaceFirst("\\.+$", "");
    if (METADATA_NAMES.contains(name) || name.contains("%")) {
      // A zone (RFC 6874) has a meaning for link-local addresses only.
      return AddressKind.FORBIDDEN;
    }
    List<InetAddress> written = literals(name);
    if (!written.isEmpty()) {
      return AddressKind.worstOf(written);
    }
    return isLocalhost(name) ? AddressKind.PRIVATE : resolved(authority, host);
  }

  private AddressKind resolved(String authority, String host) throws UnknownHostException {
    if (isProxied(authority)) {
      return AddressKind.worstOf(resolvedInTime(host));
    }
    return AddressKind.worstOf(List.of(names.addressesOf(host)));
  }

  private boolean isProxied(String authority) {
    String scheme = settings.host(authority).plainHttp() ? "http://" : "https://";
    return settings.egress().serverFor(URI.create(scheme + authority)).isPresent();
  }

  /** The proxy resolves by itself: what we cannot resolve, or not soon, it may. */
  private List<InetAddress> resolvedInTime(String host) {
    var lookup = new FutureTask<>(() -> List.of(names.addressesOf(host)));
    Thread.ofVirtual().name("name-beside-proxy").start(lookup);
    try {
      return lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /** An address by the JDK's rules, and by POSIX's, which differ: 0177.0.0.1, 0x7f.1. */
  private static List<InetAddress> literals(String name) {
    List<Function<String, InetAddress>> rules =
        List.of(InetAddress::ofLiteral, Inet4Address::ofPosixLiteral);
    List<InetAddress> found = new ArrayList<>();
    for (Function<String, InetAddress> rule : rules) {
      try {
        found.add(rule.apply(name));
      } catch (IllegalArgumentException notByThisRule) {
        // It may be one by the other rule, or a name.
      }
    }
    return found;
  }

  static String host(String authority) {
    String host = authority.replaceFirst(":[0-9]*$", "");
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return bracketed ? host.substring(1, host.length() - 1) : host;
  }

  private static boolean isLocalhost(String name) {
    return name.equals("localhost") || name.endsWith(".localhost");
  }

  // Neither message has the address: it would tell tenants what internal names resolve to.
  static Refusal refusal(AddressKind kind, String authority) {
    String host = Refusal.printable(authority);
    String what =
        kind == AddressKind.FORBIDDEN
            ? "the host %s has a link-local, metadata or other special address, which is never asked"
                .formatted(host)
            : "the host %s has a loopback or private address, which is only asked where the operator's configuration says so: allowPrivateAddresses: true for host %s of its registries"
                .formatted(host, host);
    return new Refusal(Failure.REGISTRY_NOT_ALLOWED, what);
  }
}
