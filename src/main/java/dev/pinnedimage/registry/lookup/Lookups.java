package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Resolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look-up per {@link Query} however many subscribers share it, so that the load on a registry
 * grows with the images in use and not with who watches them.
 *
 * <p>Thread-safe; one lock, never held while a registry is asked or a subscriber is told. There is
 * no timer in here: a refresh starts when somebody asks and it is due, so subscribers come again at
 * {@link Answer#nextCheck}, or when told.
 *
 * @param <K> what a subscriber is known by
 */
public final class Lookups<K> {
  private static final Logger LOG = LoggerFactory.getLogger(Lookups.class);
  private static final Duration BETWEEN_SWEEPS = Duration.ofSeconds(30);
  private static final Duration LIVENESS = Duration.ofHours(6);

  private final Resolver resolver;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor executor;
  private final Consumer<Set<K>> onChange;
  private final Duration liveness;
  private final Map<Query, Lookup<K>> lookups = new HashMap<>();
  private Instant nextSweep = Instant.MIN;

  /**
   * @param executor runs one blocking look-up per task: of virtual threads
   * @param onChange is told, on the executor's threads, who asked since it was last told and would
   *     now hear something else
   */
  public Lookups(
      Resolver resolver,
      InstantSource clock,
      RandomGenerator random,
      Executor executor,
      Consumer<Set<K>> onChange) {
    this(resolver, clock, random, executor, onChange, LIVENESS);
  }

  /**
   * @param liveness between two checks that a registry still has a digest that it once gave
   */
  Lookups(
      Resolver resolver,
      InstantSource clock,
      RandomGenerator random,
      Executor executor,
      Consumer<Set<K>> onChange,
      Duration liveness) {
    this.liveness = liveness;
    this.resolver = resolver;
    this.clock = clock;
    this.random = random;
    this.executor = executor;
    this.onChange = onChange;
  }

  /**
   * The last known answer, however old, or empty while the first look-up is under way; never
   * blocks. The shortest interval among those who still ask decides when a refresh is due; who has
   * not asked for two intervals and a minute is forgotten, and so is an answer that nobody needs.
   */
  public Optional<Answer> ask(Query query, Duration interval, K subscriber) {
    Instant now = clock.instant();
    Lookup<K> lookup;
    boolean started;
    Optional<Answer> answer;
    synchronized (lookups) {
      sweep(now);
      lookup = lookups.computeIfAbsent(query, asked -> new Lookup<>(asked, liveness));
      lookup.subscribe(subscriber, interval, now);
      started = lookup.start(now);
      answer = lookup.answer(now);
    }
    if (started) {
      executor.execute(() -> run(lookup));
    }
    return answer;
  }

  /**
   * Forces a check at once: at most one per second, and not before the moment that the registry
   * named; where that is still to come, the next {@link #ask} after it starts the check. Does
   * nothing for what nobody has asked for.
   */
  public void lookNow(Query query) {
    Lookup<K> lookup;
    synchronized (lookups) {
      lookup = lookups.get(query);
      if (lookup == null) {
        return;
      }
      lookup.force();
      if (!lookup.start(clock.instant())) {
        return;
      }
    }
    executor.execute(() -> run(lookup));
  }

  /**
   * Forces a check of everything that failed for one of the reasons, since what they hang on has
   * changed.
   */
  public void askAgain(Set<Failure> reasons) {
    forceEach(lookup -> lookup.failedFor(reasons), Lookup::startAnew);
  }

  /**
   * Somebody says that these tags were pushed: like {@link #lookNow} for each look-up of one,
   * whatever its credential. What nobody asks for costs nothing.
   */
  public void hint(Predicate<ImageReference> isPushed) {
    forceEach(
        lookup -> {
          ImageReference asked = lookup.query().reference();
          return asked.digest() == null && isPushed.test(asked);
        },
        Lookup::force);
  }

  /**
   * Where a check cannot start yet, those who ask for it are told once, so that they come again and
   * learn when.
   */
  private void forceEach(Predicate<Lookup<K>> concerned, Consumer<Lookup<K>> force) {
    List<Lookup<K>> started = new ArrayList<>();
    Set<K> later = new HashSet<>();
    synchronized (lookups) {
      Instant now = clock.instant();
      for (Lookup<K> lookup : lookups.values().stream().filter(concerned).toList()) {
        boolean isKnown = lookup.isForced();
        force.accept(lookup);
        if (lookup.start(now)) {
          started.add(lookup);
        } else if (!isKnown) {
          later.addAll(lookup.takeWaiting());
        }
      }
    }
    started.forEach(lookup -> executor.execute(() -> run(lookup)));
    tell(later);
  }

  private void run(Lookup<K> lookup) {
    boolean again = true;
    while (again) {
      Resolution resolution = resolve(lookup.query());
      Set<K> told;
      synchronized (lookups) {
        Instant now = clock.instant();
        told = lookup.finish(resolution, now, random);
        // Forced while this one was under way: it may have read what was there before.
        again = lookup.isForced() && lookup.start(now);
      }
      tell(told);
    }
  }

  private Resolution resolve(Query query) {
    try {
      return resolver.resolve(query);
    } catch (RuntimeException | Error e) {
      // Else the look-up would count as under way for ever.
      LOG.error("looking up {} failed by a defect of the operator", query.reference(), e);
      return new Unresolved(
          Failure.REGISTRY_UNAVAILABLE,
          query.reference() + ": the look-up failed by a defect of the operator; see its log");
    }
  }

  private void tell(Set<K> subscribers) {
    if (subscribers.isEmpty()) {
      return;
    }
    try {
      onChange.accept(subscribers);
    } catch (RuntimeException e) {
      LOG.error("telling {} subscribers of a change failed", subscribers.size(), e);
    }
  }

  /** The subscriber is gone: so are the answers, and the credentials, that only it needed. */
  public void forget(K subscriber) {
    synchronized (lookups) {
      lookups.values().forEach(lookup -> lookup.unsubscribe(subscriber));
      lookups.values().removeIf(lookup -> lookup.isAbandoned(clock.instant()));
    }
  }

  private void sweep(Instant now) {
    if (now.isBefore(nextSweep)) {
      return;
    }
    nextSweep = now.plus(BETWEEN_SWEEPS);
    lookups.values().removeIf(lookup -> lookup.isAbandoned(now));
  }

  /** For a gauge: how many references are watched. */
  public int size() {
    synchronized (lookups) {
      return lookups.size();
    }
  }
}
