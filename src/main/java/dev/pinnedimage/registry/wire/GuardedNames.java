package dev.pinnedimage.registry.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * How this process looks names up: where a connection to a registry does so, an address that it may
 * not have is refused in the very look-up that it connects by, so that no second one can race the
 * check (DNS rebinding). The JDK loads it by its name in {@code META-INF/services}.
 *
 * <p>Who asks is told by the thread ({@link AddressFilter}), not by the name: the API server's name
 * resolves as ever, also where a tenant names it as a registry.
 */
public final class GuardedNames extends InetAddressResolverProvider {
  private static final Duration CACHED = Duration.ofSeconds(30);

  /**
   * The JDK's own cache is switched off, since it knows names only: it would give a filtered answer
   * to who must not be filtered, and the other way round. In its place the unfiltered answers are
   * kept, for as long as the JDK does.
   */
  @Override
  public InetAddressResolver get(Configuration configuration) {
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    return guarding(configuration.builtinResolver(), CACHED);
  }

  @Override
  public String name() {
    return "addresses that registries may have";
  }

  static InetAddressResolver guarding(InetAddressResolver names, Duration cached) {
    var cache = new NameCache(names, cached);
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        List<InetAddress> found = cache.lookup(host, policy);
        return AddressFilter.filter(host, found).stream();
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return names.lookupByAddress(address);
      }
    };
  }
}
