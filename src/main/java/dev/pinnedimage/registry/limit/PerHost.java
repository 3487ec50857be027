package dev.pinnedimage.registry.limit;

import dev.pinnedimage.registry.BoundedCache;
import java.util.function.Supplier;

/**
 * One state for each key that is in use. Tenants choose hosts, so there is a bound: what was used
 * longest ago starts anew.
 */
final class PerHost<K, S> {
  private static final int MAX = 4096;

  private final BoundedCache<K, S> states = new BoundedCache<>(MAX);
  private final Supplier<S> fresh;

  PerHost(Supplier<S> fresh) {
    this.fresh = fresh;
  }

  synchronized S of(K key) {
    return states
        .get(key)
        .orElseGet(() -> {
          S state = fresh.get();
          states.put(key, state);
          return state;
        });
  }
}
