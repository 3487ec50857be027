package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One workload that somebody sets back to the tag. Every turn is a rollout, so the pin is written
 * again after a while, then after a longer one, and given up at the third reset within an hour.
 */
record Fight(Contest contest) {
  private static final int GIVEN_UP = 3;
  private static final Duration AFTER_FIRST = Duration.ofSeconds(30);
  private static final Duration AFTER_SECOND = Duration.ofMinutes(5);
  private static final Duration COUNTED_FOR = Duration.ofHours(1);
  private static final Duration GIVEN_UP_FOR = Duration.ofDays(1);

  /** The first reset; the API server's clock may be ahead of ours. */
  static Fight begun(PinnedImage pinnedImage, Workload workload, Writer writer, Instant now) {
    String requested = pinnedImage.requestedAt();
    return new Fight(
            new Contest(
                workload.kind(),
                workload.name(),
                workload.uid(),
                writer.manager(),
                writer.operation(),
                List.of(Sentences.time(writer.time())),
                requested.isEmpty() ? null : requested))
        .notAfter(now);
  }

  /** What is set back while the last reset is still waited for is part of that one. */
  Fight again(Fight reset, Instant now) {
    if (now.isBefore(writeAgain())) {
      return this;
    }
    Instant since = reset.last().minus(COUNTED_FOR);
    List<String> resets = new ArrayList<>(contest.resets());
    resets.removeIf(earlier -> Instant.parse(earlier).isBefore(since));
    resets.addAll(reset.contest.resets());
    return reset.at(resets.subList(Math.max(0, resets.size() - GIVEN_UP), resets.size()));
  }

  /** After the clock was set back the wait would be longer by as much. */
  Fight notAfter(Instant now) {
    return at(
        contest.resets().stream()
            .map(Instant::parse)
            .map(reset -> reset.isAfter(now) ? now : reset)
            .map(Sentences::time)
            .toList());
  }

  private Fight at(List<String> resets) {
    return new Fight(
        new Contest(
            contest.kind(),
            contest.name(),
            contest.uid(),
            contest.manager(),
            contest.operation(),
            resets,
            contest.requestedAt()));
  }

  Instant last() {
    return Instant.parse(contest.resets().getLast());
  }

  int resets() {
    return contest.resets().size();
  }

  boolean isGivenUp() {
    return resets() >= GIVEN_UP;
  }

  /** When the pin is to be written after the last reset. */
  Instant writeAgain() {
    return last().plus(isGivenUp() ? GIVEN_UP_FOR : resets() == 1 ? AFTER_FIRST : AFTER_SECOND);
  }

  /** Whether the owner has asked since to take up what was given up. */
  boolean isCalledOff(String requestedAt) {
    @Nullable String before = contest.requestedAt();
    return !requestedAt.isEmpty() && !requestedAt.equals(before);
  }

  /**
   * Whether it is as if it had never been.
   *
   * @param isWaiting whether the pin is still to be written: what was given up lasts longer
   */
  boolean isForgotten(Instant now, boolean isWaiting) {
    Duration counted = isWaiting && isGivenUp() ? GIVEN_UP_FOR : COUNTED_FOR;
    return !now.isBefore(last().plus(counted));
  }
}
