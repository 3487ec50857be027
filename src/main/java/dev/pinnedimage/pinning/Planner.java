package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Upstream;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.pinning.PinDecision.Refusal;
import dev.pinnedimage.pinning.observed.Observation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the pin is to be and what is to be written, from what was observed and nothing else.
 */
public final class Planner {
  private Planner() {}

  public static Plan plan(Observation observation) {
    PinnedImage pinnedImage = observation.pinnedImage();
    Optional<String> unsupported = pinnedImage.getSpec().unsupportedValue();
    if (unsupported.isPresent()) {
      return nothing(observation, carriedOver(pinnedImage), unsupported(unsupported.get()));
    }
    if (Questions.reference(pinnedImage).isEmpty()) {
      return nothing(observation, List.of(), invalidReference(pinnedImage));
    }
    return planned(observation);
  }

  /** The rules for workloads by the pin on record alone; nothing is written where there is none. */
  public static WorkloadRules held(Observation observation) {
    WorkloadRules free = free(observation);
    return free.with(Contests.frozen(free));
  }

  /** The same, as though nobody ever set anything back to the tag. */
  static WorkloadRules free(Observation observation) {
    return new WorkloadRules(
        observation, Questions.held(observation.pinnedImage()).orElse(null), false);
  }

  private static Plan planned(Observation observation) {
    Requirements required =
        Requirements.of(
            observation, Questions.matched(observation.pinnedImage(), observation.workloads()));
    PinDecision decision = PinDecision.of(observation, required);
    Upstream upstream = UpstreamRecord.of(observation, decision.pin());
    List<Finding> findings = findings(observation, decision, required, upstream);
    WorkloadRules free = new WorkloadRules(observation, decision.pin(), decision.moved());
    WorkloadRules rules = free.with(Contests.of(free));
    List<Verdict> verdicts =
        observation.workloads().stream().flatMap(w -> rules.verdicts(w).stream()).toList();
    Pinned pinned =
        Optional.ofNullable(decision.pin()).orElse(observation.pinnedImage().lastStatus().pinned());
    return new Plan(
        pinned,
        Rewrites.ofTag(observation, pinned),
        decision.moved(),
        History.after(observation, decision),
        upstream,
        findings,
        blocker(decision, findings),
        verdicts,
        observation.workloads().stream().flatMap(w -> rules.edit(w).stream()).toList(),
        OtherTags.of(observation),
        rules);
  }

  /** The order in which facts fail, first things first. */
  private static @Nullable Finding blocker(PinDecision decision, List<Finding> findings) {
    Refusal refusal = decision.refusal();
    if (refusal != null && refusal.ofApproval()) {
      return refusal.isPending()
          ? Finding.unknown(ConditionType.Ready, refusal.reason(), notYet(refusal))
          : Finding.isFalse(ConditionType.Ready, refusal.reason(), refusal.message());
    }
    if (decision.pin() == null) {
      return nothingPinned(refusal, findings);
    }
    return findings.stream()
        .filter(Planner::keepsFromBeingReady)
        .findFirst()
        .map(f -> Finding.isFalse(ConditionType.Ready, f.reason(), f.message()))
        .orElse(null);
  }

  /** Of a registry's failures only the one that would keep pods from starting. */
  private static boolean keepsFromBeingReady(Finding finding) {
    return finding.fails()
        && (finding.type() == ConditionType.PlatformsCovered
            || finding.reason().equals(Failure.PINNED_DIGEST_GONE.reason()));
  }

  private static String notYet(Refusal refusal) {
    return "the approved digest is not verified yet: " + refusal.message();
  }

  private static Finding nothingPinned(@Nullable Refusal refusal, List<Finding> findings) {
    if (refusal != null) {
      return Finding.isFalse(
          ConditionType.Ready, refusal.reason(), refusal.message() + "; nothing is pinned");
    }
    return findings.stream()
        .filter(finding -> finding.type() == ConditionType.Resolved && !finding.holds())
        .findFirst()
        .map(f -> Finding.isFalse(ConditionType.Ready, f.reason(), f.message()))
        .orElseGet(() ->
            Finding.isFalse(
                ConditionType.Ready,
                Reason.Suspended.name(),
                "suspended before anything was pinned: set spec.suspend to false"));
  }

  private static List<Finding> findings(
      Observation observation,
      PinDecision decision,
      Requirements required,
      @Nullable Upstream upstream) {
    if (observation.pinnedImage().getSpec().suspend()) {
      return carriedOver(observation.pinnedImage());
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(ResolvedCheck.of(observation, decision));
    findings.add(PlatformsCheck.of(observation, decision, required));
    findings.add(TagMovedCheck.of(observation, decision, required, upstream));
    stalled(decision, findings).ifPresent(findings::add);
    return findings;
  }

  /** Nothing will change until a person acts. */
  private static Optional<Finding> stalled(PinDecision decision, List<Finding> findings) {
    Refusal refusal = decision.refusal();
    Stream<Finding> reasons =
        Stream.concat(
            refusal == null || refusal.isPending()
                ? Stream.empty()
                : Stream.of(
                    Finding.isFalse(ConditionType.Ready, refusal.reason(), refusal.message())),
            findings.stream().filter(Finding::fails));
    return reasons
        .filter(finding -> stalls(finding.reason()))
        .findFirst()
        .map(f -> new Finding(ConditionType.Stalled, "True", f.reason(), f.message()));
  }

  private static boolean stalls(String reason) {
    return reason.equals(Reason.NotMultiArch.name())
        || reason.equals(Reason.PlatformMissing.name())
        || reason.equals(Failure.CREDENTIALS_INVALID.reason());
  }

  private static Plan nothing(Observation observation, List<Finding> kept, Finding stalled) {
    PinnedImageStatus status = observation.pinnedImage().lastStatus();
    List<Finding> findings = new ArrayList<>(kept);
    if (stalled.reason().equals(Failure.INVALID_REFERENCE.reason())) {
      findings.add(Finding.isFalse(ConditionType.Resolved, stalled.reason(), stalled.message()));
    }
    findings.add(stalled);
    return new Plan(
        status.pinned(),
        observation.onlyReports() ? Map.of() : status.rewrites(),
        false,
        status.history(),
        status.upstream(),
        findings,
        Finding.isFalse(ConditionType.Ready, stalled.reason(), stalled.message()),
        List.of(),
        List.of(),
        OtherTags.NONE,
        null);
  }

  private static Finding unsupported(String value) {
    return new Finding(
        ConditionType.Stalled,
        "True",
        Reason.UnsupportedValue.name(),
        value
            + " is not known to this version of the operator; nothing is written until the value is"
            + " changed or the operator upgraded");
  }

  private static Finding invalidReference(PinnedImage pinnedImage) {
    return new Finding(
        ConditionType.Stalled,
        "True",
        Failure.INVALID_REFERENCE.reason(),
        "spec.image \""
            + pinnedImage.getSpec().image()
            + "\" is no image reference that a registry could be asked for: write"
            + " registry/repository:tag");
  }

  private static List<Finding> carriedOver(PinnedImage pinnedImage) {
    return Stream.of(ConditionType.Resolved, ConditionType.PlatformsCovered, ConditionType.TagMoved)
        .map(type -> pinnedImage.lastStatus().condition(type).map(c -> carried(type, c)))
        .flatMap(Optional::stream)
        .toList();
  }

  private static Finding carried(ConditionType type, Condition condition) {
    return new Finding(type, condition.status(), condition.reason(), condition.message());
  }
}
