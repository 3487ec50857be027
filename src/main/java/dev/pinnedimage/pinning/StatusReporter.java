package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Workloads;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.pinning.observed.Memory;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Turns a plan and what came of it into status, so that status never claims what did not happen.
 */
public final class StatusReporter {
  /** What keeps workloads from being pinned until a person acts. */
  private static final Set<String> STALLS = Set.of(Reason.Conflict.name(), Reason.Contested.name());

  private StatusReporter() {}

  /**
   * @param outcomes one for each edit that was tried; an edit without one is still under way
   */
  public static PinnedImageStatus report(
      Observation observation, Plan plan, List<Outcome> outcomes) {
    PinnedImage pinnedImage = observation.pinnedImage();
    List<Verdict> verdicts = settled(plan, outcomes);
    Workloads workloads =
        plan.rules() == null ? pinnedImage.lastStatus().workloads() : WorkloadsReport.of(verdicts);
    List<Finding> findings = new ArrayList<>(plan.findings());
    if (plan.rules() != null) {
      findings.add(WorkloadsCheck.of(plan, verdicts));
    }
    findings.add(ready(pinnedImage, plan, findings));
    stalledByOthers(findings).ifPresent(findings::add);
    return new PinnedImageStatus(
        pinnedImage.getMetadata().getGeneration(),
        plan.pinned(),
        plan.upstream(),
        plan.history(),
        Rewrites.of(plan.rewrites(), verdicts),
        Unpinned.of(observation, plan),
        workloads,
        plan.rules() == null
            ? pinnedImage.lastStatus().contested()
            : plan.rules().contests().listed(),
        conditions(observation, findings));
  }

  /** What there may be no room for in the status; null where no workload was judged. */
  public static @Nullable Memory memory(Plan plan, List<Outcome> outcomes) {
    return plan.rules() == null
        ? null
        : new Memory(Sightings.of(settled(plan, outcomes)), plan.rules().contests().all());
  }

  private static List<Verdict> settled(Plan plan, List<Outcome> outcomes) {
    Map<String, Outcome> byWorkload =
        outcomes.stream().collect(Collectors.toMap(Outcome::uid, Function.identity()));
    Map<String, List<Verdict>> planned =
        plan.verdicts().stream()
            .collect(
                Collectors.groupingBy(
                    v -> v.workload().uid(), LinkedHashMap::new, Collectors.toList()));
    return planned.entrySet().stream()
        .flatMap(e -> settled(e.getValue(), byWorkload.get(e.getKey())))
        .toList();
  }

  private static Stream<Verdict> settled(List<Verdict> verdicts, @Nullable Outcome outcome) {
    return switch (outcome) {
      case null -> verdicts.stream();
      case Outcome.Written written -> written.verdicts().stream();
      case Outcome.Gone gone -> Stream.empty();
      case Outcome.Failed failed ->
          verdicts.stream()
              .map(v -> onWrite(v, State.Pending, "the API server failed: " + failed.message()));
      case Outcome.Refused refused ->
          verdicts.stream().map(v -> onWrite(v, State.Rejected, refused.message()));
      case Outcome.NotRewritten notRewritten ->
          verdicts.stream()
              .map(v ->
                  v.replacement() == null
                      ? v
                      : v.waiting("the admission policy has not rewritten it yet; tried again"));
      case Outcome.Contended contended ->
          verdicts.stream()
              .map(v ->
                  onWrite(v, State.Pending, "changed while it was being patched; tried again"));
    };
  }

  private static Verdict onWrite(Verdict verdict, State state, String message) {
    return verdict.replacement() == null ? verdict : verdict.became(state, message);
  }

  private static Finding ready(PinnedImage pinnedImage, Plan plan, List<Finding> findings) {
    Finding blocker = plan.blocker();
    if (blocker != null) {
      return blocker;
    }
    Finding workloads =
        findings.stream()
            .filter(finding -> finding.type() == ConditionType.WorkloadsPinned)
            .findFirst()
            .orElseThrow();
    if (workloads.fails()) {
      return Finding.isFalse(ConditionType.Ready, workloads.reason(), workloads.message());
    }
    String pin = "pinned to " + Objects.requireNonNull(plan.pinned()).digest();
    if (pinnedImage.getSpec().suspend()) {
      return Finding.isTrue(
          ConditionType.Ready,
          Reason.Suspended,
          pin + "; suspended: the tag is not looked up and the pin does not move");
    }
    boolean none = workloads.reason().equals(Reason.NoWorkloads.name());
    return Finding.isTrue(
        ConditionType.Ready,
        none ? Reason.NoWorkloads : Reason.Pinned,
        pin + "; " + workloads.message());
  }

  private static Optional<Finding> stalledByOthers(List<Finding> findings) {
    if (findings.stream().anyMatch(finding -> finding.type() == ConditionType.Stalled)) {
      return Optional.empty();
    }
    return findings.stream()
        .filter(finding -> finding.type() == ConditionType.WorkloadsPinned)
        .filter(finding -> STALLS.contains(finding.reason()))
        .findFirst()
        .map(f -> new Finding(ConditionType.Stalled, "True", f.reason(), f.message()));
  }

  /** In the order of the types; the transition time moves only when the status does. */
  private static List<Condition> conditions(Observation observation, List<Finding> findings) {
    return Stream.of(ConditionType.values())
        .flatMap(type -> findings.stream().filter(f -> f.type() == type).limit(1))
        .map(finding -> condition(observation, finding))
        .toList();
  }

  private static Condition condition(Observation observation, Finding finding) {
    String since =
        observation
            .pinnedImage()
            .lastStatus()
            .condition(finding.type())
            .filter(previous -> previous.status().equals(finding.status()))
            .map(Condition::lastTransitionTime)
            .orElseGet(() -> Sentences.time(observation.now()));
    return new Condition(
        finding.type().name(),
        finding.status(),
        Optional.ofNullable(observation.pinnedImage().getMetadata().getGeneration()).orElse(0L),
        since,
        finding.reason(),
        Sentences.bounded(finding.message()));
  }
}
