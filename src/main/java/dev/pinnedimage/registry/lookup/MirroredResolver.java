package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Resolver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks a mirror first and the registry itself where that fails. Two endpoints that disagree must
 * not make a tag flap: a digest that only the change of endpoint brought is held back for ten
 * minutes.
 */
public final class MirroredResolver implements Resolver {
  static final Duration HOLD = Duration.ofMinutes(10);
  private static final int MAX_REMEMBERED = 4096;

  /**
   * What was last believed.
   *
   * @param endpoint which of the two said it
   * @param otherSince since when only the other one answers
   */
  private record Believed(Resolved answer, String endpoint, @Nullable Instant otherSince) {}

  private final Resolver resolver;
  private final InstantSource clock;
  private final BoundedCache<Query, Believed> believed = new BoundedCache<>(MAX_REMEMBERED);

  public MirroredResolver(Resolver resolver, InstantSource clock) {
    this.resolver = resolver;
    this.clock = clock;
  }

  @Override
  public Resolution resolve(Query query) {
    Query mirrored = query.mirrored();
    if (mirrored == null) {
      return resolver.resolve(query);
    }
    Resolution first = resolver.resolve(mirrored);
    if (first instanceof Resolved found) {
      return believe(query, mirrored, found);
    }
    return switch (resolver.resolve(query.direct())) {
      case Resolved found -> believe(query, query, found);
      case Unresolved failed -> both(failed, mirrored, (Unresolved) first);
    };
  }

  private Resolution believe(Query query, Query asked, Resolved found) {
    if (query.reference().digest() != null) {
      return found;
    }
    String endpoint = asked.reference().registry();
    Believed before = believed.get(query).orElse(null);
    if (before == null || before.endpoint().equals(endpoint) || isHeldLongEnough(before)) {
      believed.put(query, new Believed(found, endpoint, null));
      return found;
    }
    return hold(query, before, endpoint, found.digest());
  }

  private boolean isHeldLongEnough(Believed before) {
    Instant since = before.otherSince();
    return since != null && !clock.instant().isBefore(since.plus(HOLD));
  }

  private Resolution hold(Query query, Believed before, String endpoint, Digest other) {
    Instant since = Optional.ofNullable(before.otherSince()).orElseGet(clock::instant);
    believed.put(query, new Believed(before.answer(), before.endpoint(), since));
    return before.answer().digest().equals(other)
        ? before.answer()
        : before.answer().noting(disagreement(before.endpoint(), endpoint, other, since));
  }

  private static String disagreement(String silent, String endpoint, Digest other, Instant since) {
    return "%s does not answer, and %s says %s, which is not taken for a move before %s"
        .formatted(
            silent, endpoint, other.shortForm(), since.plus(HOLD).truncatedTo(ChronoUnit.SECONDS));
  }

  private static Unresolved both(Unresolved original, Query mirrored, Unresolved mirror) {
    return new Unresolved(
        original.reason(),
        original.message()
            + "; its mirror "
            + mirrored.reference().registry()
            + " does not help: "
            + mirror.reason().reason(),
        original.retryAt());
  }
}
