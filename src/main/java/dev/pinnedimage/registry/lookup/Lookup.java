package dev.pinnedimage.registry.lookup;

import static dev.pinnedimage.image.Failure.PINNED_DIGEST_GONE;
import static dev.pinnedimage.image.Failure.Retry.AT_TIME;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One shared look-up: what it last gave, who waits for it and when it is due; not thread-safe. */
final class Lookup<K> {
  private static final Duration BETWEEN_FORCED = Duration.ofSeconds(1);
  private static final Duration GRACE = Duration.ofMinutes(1);

  /** While a failing look-up is under way, nobody can say when the one after it is due. */
  private static final Duration AFTER_FAILING = Duration.ofSeconds(30);

  /**
   * A look-up that has ended.
   *
   * @param known what is told: the latest, or what it could not change
   * @param beat what the next interval counts from
   */
  private record Done(
      Resolution known, Resolution latest, Instant checkedAt, Instant beat, Schedule schedule) {}

  private record Subscription(Duration interval, Instant askedAt, boolean waiting) {
    boolean isOver(Instant now) {
      return now.isAfter(askedAt.plus(interval.multipliedBy(2)).plus(GRACE));
    }
  }

  private final Query query;
  private final Duration liveness;
  private final Map<K, Subscription> subscriptions = new HashMap<>();
  private Duration interval = Duration.ZERO;
  private Instant startedAt = Instant.MIN;
  private Instant planned = Instant.MIN;
  private boolean running;
  private boolean forced;
  private boolean unbound;
  private @Nullable Done done;

  /**
   * @param liveness between two checks that a registry still has a digest whose content is known
   */
  Lookup(Query query, Duration liveness) {
    this.query = query;
    this.liveness = liveness;
  }

  Query query() {
    return query;
  }

  void subscribe(K subscriber, Duration wanted, Instant now) {
    subscriptions.put(subscriber, new Subscription(wanted, now, true));
    interval = shortest();
  }

  /** Whether nobody needs this any more; forgets who has not asked for a long time. */
  boolean isAbandoned(Instant now) {
    if (running) {
      // Whoever waits for it is told, however long it stands in a queue.
      return false;
    }
    if (subscriptions.values().removeIf(subscription -> subscription.isOver(now))) {
      interval = shortest();
    }
    return subscriptions.isEmpty();
  }

  void unsubscribe(K subscriber) {
    if (subscriptions.remove(subscriber) != null) {
      interval = shortest();
    }
  }

  private Duration shortest() {
    return subscriptions.values().stream()
        .map(Subscription::interval)
        .min(Duration::compareTo)
        .orElse(interval);
  }

  void force() {
    forced = true;
  }

  /**
   * Forced, and free of the moment that the last failure named: it was of another configuration.
   */
  void startAnew() {
    forced = true;
    unbound = true;
  }

  /** Or is under way for the first time. */
  boolean failedFor(Set<Failure> reasons) {
    return done == null
        ? running
        : done.latest() instanceof Unresolved failure && reasons.contains(failure.reason());
  }

  boolean isForced() {
    return forced;
  }

  /** Marks the start of a look-up where one is due and none is under way. */
  boolean start(Instant now) {
    if (running || now.isBefore(due())) {
      return false;
    }
    running = true;
    planned = forced ? Instant.MIN : due();
    forced = false;
    unbound = false;
    startedAt = now;
    return true;
  }

  private Instant due() {
    if (done == null) {
      return Instant.MIN;
    }
    Instant notBefore = notBefore(done);
    if (forced) {
      Instant soonest = startedAt.plus(BETWEEN_FORCED);
      return soonest.isBefore(notBefore) ? notBefore : soonest;
    }
    return regular(done);
  }

  private Instant regular(Done last) {
    Duration wait =
        last.schedule()
            .delay(last.latest(), last.checkedAt(), isSettled(last) ? liveness : interval);
    return last.beat().plus(wait);
  }

  private Instant notBefore(Done last) {
    return !unbound
            && last.latest() instanceof Unresolved failure
            && (failure.retryAt() != null || failure.reason().retry() == AT_TIME)
        ? regular(last)
        : Instant.MIN;
  }

  /** What a digest names cannot change; only whether the registry still has it can. */
  private boolean isSettled(Done last) {
    return query.reference().digest() != null && last.latest() instanceof Resolved;
  }

  /** Notes the end of a look-up; whom to tell is empty where nothing is new. */
  Set<K> finish(Resolution latest, Instant now, RandomGenerator random) {
    Done before = done;
    Schedule last = before == null ? Schedule.START : before.schedule();
    Resolution known = before != null && outlasts(before.known(), latest) ? before.known() : latest;
    done = new Done(known, latest, now, beat(latest, now), last.next(latest, random));
    running = false;
    return before != null && known.equals(before.known()) ? Set.of() : takeWaiting();
  }

  /** Whoever cannot be asked about a digest does not make us forget what it is. */
  private boolean outlasts(Resolution before, Resolution latest) {
    return query.reference().digest() != null
        && before instanceof Resolved
        && latest instanceof Unresolved failure
        && failure.reason() != PINNED_DIGEST_GONE;
  }

  /** As planned, where that was just now: else what waking up and asking take would add up. */
  private Instant beat(Resolution latest, Instant now) {
    boolean inTime =
        latest instanceof Resolved && planned.isAfter(now.minus(interval.dividedBy(10)));
    return inTime ? planned : now;
  }

  /** Who asked since they were last told, and are told now. */
  Set<K> takeWaiting() {
    Set<K> waiting = new HashSet<>();
    subscriptions.replaceAll((subscriber, subscription) -> {
      if (subscription.waiting()) {
        waiting.add(subscriber);
      }
      return new Subscription(subscription.interval(), subscription.askedAt(), false);
    });
    return waiting;
  }

  Optional<Answer> answer(Instant now) {
    return Optional.ofNullable(done)
        .map(last -> new Answer(last.known(), last.checkedAt(), nextCheck(last, now)));
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private Instant nextCheck(Done last, Instant now) {
    if (running && forced) {
      return now.plus(BETWEEN_FORCED);
    }
    if (running) {
      boolean failing = last.schedule().failures() > 0;
      return now.plus(failing ? Schedule.min(AFTER_FAILING, interval) : interval);
    }
    Instant due = due();
    Instant next = isSettled(last) ? earlier(due, now.plus(interval)) : due;
    return next.isBefore(now) ? now : next;
  }
}
