package dev.pinnedimage.registry;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What was used last stays, up to a bound, since tenants choose how many keys there are. */
public final class BoundedCache<K, V> {
  private final Map<K, V> entries;

  public BoundedCache(int max) {
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > max;
          }
        };
  }

  public synchronized Optional<V> get(K key) {
    return Optional.ofNullable(entries.get(key));
  }

  public synchronized void put(K key, V value) {
    entries.put(key, value);
  }

  public synchronized V computeIfAbsent(K key, Function<K, V> make) {
    return entries.computeIfAbsent(key, make);
  }

  public synchronized void remove(K key) {
    entries.remove(key);
  }
}
