package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.PastPin;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be recorded and written, decided before any of it is done.
 *
 * @param pinned the record of the pin to keep or to write; of another tag while the new one is not
 *     resolved
 * @param rewrites spellings of the tag on record, and what admission makes of each
 * @param pinMoved whether the record must be written before any workload is
 * @param findings Resolved, PlatformsCovered, TagMoved, and Stalled where it holds
 * @param blocker the first failing fact that keeps Ready from being True whatever the workloads do
 * @param edits one for each workload that must change
 * @param otherTags of the same repository that run in the namespace and that nobody pins
 * @param rules for a workload that changed between being seen and being patched
 */
public record Plan(
    @Nullable Pinned pinned,
    Map<String, String> rewrites,
    boolean pinMoved,
    List<PastPin> history,
    @Nullable Upstream upstream,
    List<Finding> findings,
    @Nullable Finding blocker,
    List<Verdict> verdicts,
    List<Edit> edits,
    OtherTags otherTags,
    @Nullable WorkloadRules rules) {
  public Plan {
    rewrites = Map.copyOf(rewrites);
    history = List.copyOf(history);
    findings = List.copyOf(findings);
    verdicts = List.copyOf(verdicts);
    edits = List.copyOf(edits);
  }

  /** When to plan again even if nothing happens before. */
  public Optional<Instant> nextWrite() {
    return Optional.ofNullable(rules).flatMap(r -> r.contests().nextWrite());
  }

  /** Nothing is pinned for the tag that the spec names now, so nothing can be written. */
  boolean isUnpinned() {
    return rules == null || rules.pin() == null;
  }
}
