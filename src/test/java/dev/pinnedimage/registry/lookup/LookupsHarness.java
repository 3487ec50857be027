package dev.pinnedimage.registry.lookup;

import static dev.pinnedimage.registry.Fixtures.query;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.manifest.MediaTypes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A look-up table whose clock, chance, threads and registry a test holds in its hand. */
class LookupsHarness {
  static final Duration INTERVAL = Duration.ofMinutes(5);
  static final Query TAG = query("quay.io/team/app:1");
  static final Query DIGEST = query("quay.io/team/app@" + Fixtures.DIGEST);
  static final Resolution ONE = resolved("1");
  static final Resolution TWO = resolved("2");

  Instant now = Instant.parse("2026-11-24T10:00:00Z");
  double chance;
  Resolution upstream = ONE;
  int asked;
  final Deque<Runnable> pending = new ArrayDeque<>();
  final List<Set<String>> told = new ArrayList<>();
  final Lookups<String> lookups =
      new Lookups<>(
          _ -> {
            asked++;
            return upstream;
          },
          () -> now,
          new FixedRandom(),
          pending::add,
          told::add);

  final class FixedRandom implements RandomGenerator {
    @Override
    public long nextLong() {
      throw new AssertionError("only doubles are drawn");
    }

    @Override
    public double nextDouble() {
      return chance;
    }
  }

  Optional<Answer> ask(String subscriber) {
    return lookups.ask(TAG, INTERVAL, subscriber);
  }

  Duration nextCheckIn(String subscriber) {
    return nextCheckIn(subscriber, INTERVAL);
  }

  Duration nextCheckIn(String subscriber, Duration interval) {
    return Duration.between(now, lookups.ask(TAG, interval, subscriber).orElseThrow().nextCheck());
  }

  /** One subscriber, one look-up made, nothing told yet. */
  void settle() {
    ask("a");
    runPending();
    told.clear();
  }

  void change(Resolution to) {
    upstream = to;
    pass(INTERVAL);
    ask("a");
    runPending();
  }

  void pass(Duration duration) {
    now = now.plus(duration);
  }

  void runPending() {
    while (!pending.isEmpty()) {
      pending.remove().run();
    }
  }

  static Resolution resolved(String seed) {
    return new Resolved(Fixtures.digestOf(seed), MediaTypes.OCI_INDEX, Shape.INDEX, List.of());
  }
}
