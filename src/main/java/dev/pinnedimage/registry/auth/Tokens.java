package dev.pinnedimage.registry.auth;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One token per request and lifetime, however many ask at once; a refusal is remembered too, so
 * that a wrong password is not tried so often that it locks its account.
 */
final class Tokens {
  private static final int MAX_REMEMBERED = 4096;

  /** No token is asked for again sooner, whatever became of the last one. */
  private static final Duration BETWEEN = Duration.ofSeconds(30);

  private static final Set<Failure> REMEMBERED =
      EnumSet.of(
          Failure.CREDENTIALS_REJECTED, Failure.AUTHENTICATION_REQUIRED, Failure.RATE_LIMITED);

  /** The lock is held while the token server is asked: whoever else needs the token waits. */
  private static final class Entry {
    final ReentrantLock lock = new ReentrantLock();
    @Nullable Token token;
    @Nullable Refusal refusal;
    Instant refusedUntil = Instant.MIN;
  }

  private final TokenServer server;
  private final InstantSource clock;
  private final BoundedCache<TokenRequest, Entry> entries = new BoundedCache<>(MAX_REMEMBERED);

  Tokens(TokenServer server, InstantSource clock) {
    this.server = server;
    this.clock = clock;
  }

  /** Blocks while the token server is asked; interruptible, since the caller has a deadline. */
  Token get(TokenRequest request) throws Refusal, InterruptedException {
    Entry entry = entries.computeIfAbsent(request, _ -> new Entry());
    entry.lock.lockInterruptibly();
    try {
      Token held = entry.token;
      return held != null && held.isUsable(clock.instant()) ? held : renew(request, entry);
    } finally {
      entry.lock.unlock();
    }
  }

  private Token renew(TokenRequest request, Entry entry) throws Refusal, InterruptedException {
    Refusal before = entry.refusal;
    if (before != null && clock.instant().isBefore(entry.refusedUntil)) {
      throw before;
    }
    try {
      Token fresh = server.fetch(request);
      entry.token = fresh;
      entry.refusal = null;
      return fresh;
    } catch (Refusal e) {
      if (REMEMBERED.contains(e.reason())) {
        entry.refusal = e;
        entry.refusedUntil = e.retryAt().orElse(clock.instant().plus(BETWEEN));
      }
      throw e;
    }
  }

  /**
   * The registry refused the token: it is forgotten, unless it is so fresh that another would fare
   * no better.
   *
   * @return whether asking for another makes sense
   */
  boolean drop(TokenRequest request, String value) throws InterruptedException {
    Entry entry = entries.computeIfAbsent(request, _ -> new Entry());
    entry.lock.lockInterruptibly();
    try {
      Token held = entry.token;
      if (held == null || !held.value().equals(value)) {
        return true;
      }
      if (clock.instant().isBefore(held.issued().plus(BETWEEN))) {
        return false;
      }
      entry.token = null;
      return true;
    } finally {
      entry.lock.unlock();
    }
  }
}
