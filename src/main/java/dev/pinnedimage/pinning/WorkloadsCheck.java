package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether every matched container carries the pin, or is left alone for a reason that is named. */
final class WorkloadsCheck {
  /** What a person chose does not make the condition False: nobody would wait for that to end. */
  private static final Map<State, Reason> LEFT_ALONE =
      Map.of(
          State.RolledBackByUser, Reason.RolledBackByUser,
          State.PinnedByUser, Reason.PinnedByUser,
          State.Owned, Reason.Owned,
          State.ReportOnly, Reason.ReportOnly);

  private WorkloadsCheck() {}

  static Finding of(Plan plan, List<Verdict> verdicts) {
    Finding finding = judge(plan, verdicts);
    return new Finding(
        finding.type(),
        finding.status(),
        finding.reason(),
        finding.message() + plan.otherTags().sentence());
  }

  private static Finding judge(Plan plan, List<Verdict> verdicts) {
    long matched = WorkloadsReport.counted(verdicts).size();
    if (matched == 0) {
      return Finding.isTrue(
          ConditionType.WorkloadsPinned, Reason.NoWorkloads, "no workload uses the image yet");
    }
    return conflict(verdicts)
        .or(() -> rejected(verdicts))
        .or(() -> contested(verdicts))
        .or(() -> pending(plan, verdicts))
        .or(() -> leftAlone(verdicts))
        .orElseGet(() ->
            Finding.isTrue(
                ConditionType.WorkloadsPinned,
                Reason.AllPinned,
                matched == 1
                    ? "1 workload carries the pin"
                    : matched + " workloads carry the pin"));
  }

  private static Optional<Finding> conflict(List<Verdict> verdicts) {
    return first(verdicts.stream().filter(v -> v.winner() != null).toList())
        .map(v ->
            failing(
                Reason.Conflict,
                v,
                Optional.ofNullable(v.message()).orElse("")
                    + ", and the older one decides: delete one of the two, or tell them apart by"
                    + " spec.workloadSelector"));
  }

  private static Optional<Finding> rejected(List<Verdict> verdicts) {
    return first(in(verdicts, State.Rejected))
        .map(v ->
            failing(
                Reason.PatchRejected,
                v,
                "the API server refused the patch: "
                    + Optional.ofNullable(v.message()).orElse("")));
  }

  private static Optional<Finding> contested(List<Verdict> verdicts) {
    return first(in(verdicts, State.Contested))
        .map(v -> failing(Reason.Contested, v, Optional.ofNullable(v.message()).orElse("")));
  }

  private static Optional<Finding> pending(Plan plan, List<Verdict> verdicts) {
    return first(in(verdicts, State.Pending))
        .map(v -> {
          Finding blocker = plan.blocker();
          return plan.isUnpinned() && blocker != null
              ? Finding.isFalse(
                  ConditionType.WorkloadsPinned,
                  blocker.reason(),
                  named(v) + " is not pinned: nothing is pinned for the tag yet")
              : failing(
                  Reason.Patching,
                  v,
                  Optional.ofNullable(v.message()).orElse("the pin is being written"));
        });
  }

  private static Optional<Finding> leftAlone(List<Verdict> verdicts) {
    List<String> parts = new ArrayList<>();
    List<State> states = LEFT_ALONE.keySet().stream().sorted().toList();
    Reason reason = null;
    for (State state : states) {
      List<Verdict> these = in(verdicts, state);
      if (!these.isEmpty()) {
        reason = reason == null ? LEFT_ALONE.get(state) : reason;
        Verdict v = first(these).orElseThrow();
        parts.add(state + ": " + named(v) + " " + Optional.ofNullable(v.message()).orElse(""));
      }
    }
    return Optional.ofNullable(reason)
        .map(r -> Finding.isTrue(ConditionType.WorkloadsPinned, r, String.join("; ", parts)));
  }

  private static List<Verdict> in(List<Verdict> verdicts, State state) {
    return verdicts.stream().filter(verdict -> verdict.state() == state).toList();
  }

  /** Always the same one for the same set, so that messages do not flicker. */
  private static Optional<Verdict> first(List<Verdict> verdicts) {
    return verdicts.stream().min(Comparator.comparing(WorkloadsCheck::named));
  }

  private static Finding failing(Reason reason, Verdict verdict, String why) {
    return Finding.isFalse(
        ConditionType.WorkloadsPinned, reason.name(), named(verdict) + ": " + why);
  }

  private static String named(Verdict verdict) {
    return verdict.workload().kind()
        + " "
        + verdict.workload().name()
        + " (container "
        + verdict.container().label()
        + ")";
  }
}
