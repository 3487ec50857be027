package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.BoundedCache;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Answers of the name service for some seconds, since one connection asks more than once. */
final class NameCache {
  private static final int MAX_NAMES = 1024;

  private record Name(String host, int characteristics) {}

  private record Known(List<InetAddress> addresses, long since) {}

  private final InetAddressResolver names;
  private final Duration kept;
  private final BoundedCache<Name, Known> known = new BoundedCache<>(MAX_NAMES);

  NameCache(InetAddressResolver names, Duration kept) {
    this.names = names;
    this.kept = kept;
  }

  /** Failures are not kept: a name that was mended is found at once. */
  List<InetAddress> lookup(String host, LookupPolicy policy) throws UnknownHostException {
    Name name = new Name(host, policy.characteristics());
    Optional<Known> last = known.get(name).filter(this::isFresh);
    if (last.isPresent()) {
      return last.get().addresses();
    }
    List<InetAddress> found = names.lookupByName(host, policy).toList();
    known.put(name, new Known(found, System.nanoTime()));
    return found;
  }

  private boolean isFresh(Known answer) {
    return System.nanoTime() - answer.since() < kept.toNanos();
  }
}
