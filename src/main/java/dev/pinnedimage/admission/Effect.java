package dev.pinnedimage.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the policy does what it should, by the answers to our own requests. An API server that
 * has just started may not know it yet, or not the latest status: that takes seconds. Each
 * namespace is judged by itself, so that no tenant's odd workload changes how others' are written.
 */
final class Effect {
  private static final int MISSES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration TRY_AGAIN = Duration.ofMinutes(5);

  /** Where nothing had to be written since, nobody knows any more. */
  private static final Duration FORGET = Duration.ofHours(1);

  private final Map<String, Misses> byNamespace = new HashMap<>();

  private record Misses(int count, Instant first, Instant last) {
    boolean isEnough() {
      return count >= MISSES && !last.isBefore(first.plus(PATIENCE));
    }
  }

  /**
   * One request came back with the pin.
   *
   * @return whether that was not to be expected any more
   */
  synchronized boolean rewritten(String namespace) {
    Misses before = byNamespace.remove(namespace);
    return before != null && before.isEnough();
  }

  /** One request came back as it was. */
  synchronized void missed(String namespace, Instant now) {
    forget(now);
    byNamespace.merge(
        namespace,
        new Misses(1, now, now),
        (before, one) -> new Misses(before.count() + 1, before.first(), now));
  }

  /** What is installed has changed. */
  synchronized void begin() {
    byNamespace.clear();
  }

  /** False for five minutes after the last of too many misses; then one more try tells. */
  synchronized boolean isExpected(String namespace, Instant now) {
    forget(now);
    Misses misses = byNamespace.get(namespace);
    return misses == null || !misses.isEnough() || !now.isBefore(misses.last().plus(TRY_AGAIN));
  }

  /** The namespaces in which it has had none when it was last tried. */
  synchronized List<String> missing(Instant now) {
    forget(now);
    return byNamespace.entrySet().stream()
        .filter(e -> e.getValue().isEnough())
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private void forget(Instant now) {
    byNamespace.values().removeIf(misses -> now.isAfter(misses.last().plus(FORGET)));
  }
}
