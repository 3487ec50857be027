package dev.pinnedimage.pinning.observed;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster's admission policy does by itself with what {@code status.rewrites} says.
 *
 * @param kinds of workloads that it rewrites; empty where there is none that works
 * @param knowsUs whether it also rewrites earlier pins in the operator's own requests
 * @param problem what is wrong with it and the command that mends it; null where nothing is, or
 *     where it is not installed at all
 */
public record Admission(Set<String> kinds, boolean knowsUs, @Nullable String problem) {
  /** It does not look at what the built-in controllers mark as their own. */
  public static final List<String> LABELS_LEFT_OUT =
      List.of("pod-template-hash", "controller-revision-hash");

  public static final Admission NONE = new Admission(Set.of(), false, null);

  public Admission {
    kinds = Set.copyOf(kinds);
  }

  public boolean rewrites(Workload workload) {
    return kinds.contains(workload.kind())
        && LABELS_LEFT_OUT.stream().noneMatch(workload.labels()::containsKey);
  }
}
