package dev.pinnedimage.pinning;

import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen to one matched container.
 *
 * @param message for a person, where the state does not say it all
 * @param replacement the image to write; null where nothing is to be written
 * @param byAdmission whether the admission policy can write the replacement
 * @param winner the older PinnedImage that claims the container, if one does
 */
public record Verdict(
    Workload workload,
    Container container,
    State state,
    @Nullable String message,
    @Nullable String replacement,
    boolean byAdmission,
    @Nullable String winner) {

  static Verdict of(Workload workload, Container container, State state, @Nullable String message) {
    return new Verdict(workload, container, state, message, null, false, null);
  }

  static Verdict write(
      Workload workload, Container container, String replacement, boolean byAdmission) {
    return new Verdict(workload, container, State.Pending, null, replacement, byAdmission, null);
  }

  static Verdict lost(Workload workload, Container container, State state, String winner) {
    String message = "the older PinnedImage " + winner + " claims this image";
    return new Verdict(workload, container, state, message, null, false, winner);
  }

  Verdict became(State next, @Nullable String why) {
    return new Verdict(workload, container, next, why, null, false, winner);
  }

  Verdict waiting(String why) {
    return new Verdict(workload, container, state, why, replacement, byAdmission, winner);
  }

  boolean isWrittenByAdmission() {
    return replacement != null && byAdmission;
  }
}
