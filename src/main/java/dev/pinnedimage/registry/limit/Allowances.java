package dev.pinnedimage.registry.limit;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a registry grants to one asker: registries count by credential (or by address, which an
 * anonymous asker shares with nobody else here), so what one is told holds for all its references.
 *
 * <p>Docker Hub says on each manifest, HEADs included, {@code ratelimit-limit: 100;w=21600} and
 * {@code ratelimit-remaining: 76;w=21600}, and counts GETs only
 * (https://docs.docker.com/docker-hub/usage/pulls/).
 */
public final class Allowances {
  private static final Pattern COUNT =
      Pattern.compile("\\s*([0-9]{1,12})\\s*(?:;.*?w=([0-9]{1,8})\\b.*)?");
  private static final Duration UNKNOWN_WINDOW = Duration.ofHours(1);

  /** HEADs of the same asker's other references tell sooner when there is more. */
  private static final Duration ASK_AGAIN = Duration.ofMinutes(5);

  private record Asker(String host, Credential credential) {}

  private record Count(long value, Duration window) {
    static Optional<Count> parse(String text) {
      Matcher matcher = COUNT.matcher(text);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String seconds = matcher.group(2);
      Duration window =
          seconds == null ? UNKNOWN_WINDOW : Duration.ofSeconds(Long.parseLong(seconds));
      return Optional.of(new Count(Long.parseLong(matcher.group(1)), window));
    }
  }

  private record Scarce(long limit, Duration window, Instant until) {
    Refusal refusal(Instant now) {
      Instant again = now.plus(ASK_AGAIN);
      return new Refusal(
          Failure.RATE_LIMITED,
          "fewer than a tenth of the %d pulls in %s that the registry allows are left; the manifest is read once there are more"
              .formatted(limit, hours(window)),
          again.isBefore(until) ? again : until);
    }

    private static String hours(Duration window) {
      return window.toHours() > 0
          ? window.toHours() + " h"
          : Math.max(1, window.toMinutes()) + " min";
    }
  }

  private static final class State {
    volatile @Nullable Refusal paused;
    volatile @Nullable Scarce scarce;
  }

  private final InstantSource clock;
  private final PerHost<Asker, State> states = new PerHost<>(State::new);

  public Allowances(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Whether a request may be made now.
   *
   * @param counts whether the registry counts it: a GET
   * @throws Refusal what the asker was told, and until when it holds
   */
  public void check(String host, Credential credential, boolean counts) throws Refusal {
    State state = states.of(new Asker(host, credential));
    Instant now = clock.instant();
    Refusal paused = state.paused;
    if (paused != null && paused.holdsAt(now)) {
      throw paused;
    }
    Scarce scarce = state.scarce;
    if (counts && scarce != null && now.isBefore(scarce.until())) {
      throw scarce.refusal(now);
    }
  }

  /** The registry wants to be left alone by this asker, until the moment in the refusal. */
  public void pause(String host, Credential credential, Refusal told) {
    states.of(new Asker(host, credential)).paused = told;
  }

  /** Notes the two headers, where they are there and make sense. */
  public void note(String host, Credential credential, String limit, String remaining) {
    Optional<Count> of = Count.parse(limit);
    Optional<Count> left = Count.parse(remaining);
    if (of.isEmpty() || left.isEmpty()) {
      return;
    }
    Count allowed = of.get();
    boolean isScarce = left.get().value() * 10 < allowed.value();
    Instant until = clock.instant().plus(left.get().window());
    states.of(new Asker(host, credential)).scarce =
        isScarce ? new Scarce(allowed.value(), allowed.window(), until) : null;
  }
}
