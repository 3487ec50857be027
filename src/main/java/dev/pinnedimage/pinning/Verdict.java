package dev.pinnedimage.pinning;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen to one matched container.
 *
 * @param message for a person, where the state does not say it all
 * @param replacement the image to write; null where nothing is to be written
 * @param winner the older PinnedImage that claims the container, if one does
 */
public record Verdict(
    Workload workload,
    Container container,
    State state,
    @Nullable String message,
    @Nullable String replacement,
    @Nullable String winner) {

  static Verdict of(Workload workload, Container container, State state, @Nullable String message) {
    return new Verdict(workload, container, state, message, null, null);
  }

  static Verdict write(Workload workload, Container container, String replacement) {
    return new Verdict(workload, container, State.Pending, null, replacement, null);
  }

  static Verdict lost(Workload workload, Container container, State state, String winner) {
    String message = "the older PinnedImage " + winner + " claims this image";
    return new Verdict(workload, container, state, message, null, winner);
  }

  Verdict became(State next, @Nullable String why) {
    return new Verdict(workload, container, next, why, null, winner);
  }
}
