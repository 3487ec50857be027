package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import dev.pinnedimage.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What happened between two statuses, for events: transitions only, never the steady state. */
public final class Transitions {
  private Transitions() {}

  /**
   * Something that happened.
   *
   * @param isWarning whether a person should look
   */
  public record Happened(boolean isWarning, String reason, String message) {}

  public static List<Happened> between(PinnedImageStatus before, PinnedImageStatus after) {
    List<Happened> happened = new ArrayList<>();
    for (ConditionType type : ConditionType.values()) {
      Optional<Condition> was = before.condition(type);
      after
          .condition(type)
          .filter(is -> was.isEmpty() || differs(was.get(), is) || hasMoved(type, before, after))
          .flatMap(is -> event(type, is, was))
          .filter(event -> happened.stream().noneMatch(other -> sameReason(event, other)))
          .ifPresent(happened::add);
    }
    return happened;
  }

  private static boolean sameReason(Happened one, Happened other) {
    return one.reason().equals(other.reason());
  }

  private static boolean differs(Condition was, Condition is) {
    return !was.status().equals(is.status()) || !was.reason().equals(is.reason());
  }

  /** The same words about another digest are news all the same. */
  private static boolean hasMoved(
      ConditionType type, PinnedImageStatus before, PinnedImageStatus after) {
    return switch (type) {
      case Ready -> !digest(before.pinned()).equals(digest(after.pinned()));
      case TagMoved -> !digest(before.upstream()).equals(digest(after.upstream()));
      default -> false;
    };
  }

  private static String digest(@Nullable Pinned pinned) {
    return pinned == null ? "" : pinned.digest();
  }

  private static String digest(@Nullable Upstream upstream) {
    return upstream == null ? "" : upstream.digest();
  }

  private static Optional<Happened> event(
      ConditionType type, Condition is, Optional<Condition> was) {
    return switch (type) {
      case Ready ->
          Optional.of(new Happened(!is.isTrue(), is.reason(), is.message()))
              .filter(event -> !is.reason().equals(Reason.Patching.name()));
      case TagMoved ->
          is.isTrue()
              ? Optional.of(new Happened(true, "TagMoved", is.message()))
              : Optional.of(new Happened(true, is.reason(), is.message()))
                  .filter(event -> is.reason().equals(Reason.TagDeleted.name()));
      case Resolved ->
          is.isTrue()
              ? Optional.of(new Happened(false, is.reason(), is.message()))
                  .filter(event -> was.isPresent() && !was.get().isTrue())
              : Optional.of(new Happened(true, is.reason(), is.message()));
      case PlatformsCovered, WorkloadsPinned ->
          Optional.of(new Happened(true, is.reason(), is.message()))
              .filter(event -> is.status().equals("False"))
              .filter(event -> !is.reason().equals(Reason.Patching.name()));
      case Stalled -> Optional.empty();
    };
  }
}
