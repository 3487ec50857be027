package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Workloads;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** {@code status.workloads}: the counts, and the containers that need a look first. */
final class WorkloadsReport {
  /** The containers of one workload stay in the order in which its template has them. */
  private static final Comparator<Verdict> WORST_FIRST =
      Comparator.comparing(Verdict::state)
          .thenComparing(v -> v.workload().kind())
          .thenComparing(v -> v.workload().name());

  private WorkloadsReport() {}

  static Workloads of(List<Verdict> verdicts) {
    Map<String, List<Verdict>> byWorkload = counted(verdicts);
    int matched = byWorkload.size();
    int pinned =
        (int)
            byWorkload.values().stream()
                .filter(all -> all.stream().allMatch(v -> v.state() == State.Pinned))
                .count();
    List<Item> items =
        verdicts.stream()
            .sorted(WORST_FIRST)
            .limit(PinnedImageStatus.MAX_ITEMS)
            .map(WorkloadsReport::item)
            .toList();
    return new Workloads(pinned + "/" + matched, matched, pinned, items);
  }

  /** By workload, without those that opted out. */
  static Map<String, List<Verdict>> counted(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> verdict.state() != State.Ignored)
        .collect(Collectors.groupingBy(verdict -> verdict.workload().uid()));
  }

  private static Item item(Verdict verdict) {
    String message = verdict.message();
    return new Item(
        verdict.workload().kind(),
        verdict.workload().name(),
        verdict.container().label(),
        verdict.state().name(),
        message == null ? null : Sentences.bounded(message));
  }
}
