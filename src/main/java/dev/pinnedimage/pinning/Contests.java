package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The workloads that somebody sets back to the tag while no admission policy rewrites it, and
 * whether each may be written now.
 *
 * @param byWorkload by UID
 * @param isFrozen whether what is found now will not be recorded: then none of them is written
 */
record Contests(Map<String, Fight> byWorkload, Instant now, boolean isFrozen) {
  static final Contests NONE = new Contests(Map.of(), Instant.EPOCH, false);

  private static final Comparator<Contest> WORST_FIRST =
      Comparator.comparingInt((Contest contest) -> -contest.resets().size())
          .thenComparing(Contest::kind)
          .thenComparing(Contest::name);

  Contests {
    byWorkload = Map.copyOf(byWorkload);
  }

  /**
   * @param free the rules as they would be if nobody set anything back
   */
  static Contests of(WorkloadRules free) {
    PinnedImage pinnedImage = free.pinnedImage();
    boolean isSpecChanged =
        !Objects.equals(
            pinnedImage.lastStatus().observedGeneration(),
            pinnedImage.getMetadata().getGeneration());
    if (isSpecChanged) {
      return NONE;
    }
    Map<String, Fight> known = known(free.observation());
    known.values().removeIf(fight -> fight.isCalledOff(pinnedImage.requestedAt()));
    // A pin that moves is the owner's word, whatever was set meanwhile.
    return new Contests(after(known, free, !free.pinMoved()), free.observation().now(), false);
  }

  /** Before the registry is heard: nothing is forgotten, and what was set back stays for now. */
  static Contests frozen(WorkloadRules free) {
    Observation observation = free.observation();
    return new Contests(after(known(observation), free, true), observation.now(), true);
  }

  private static Map<String, Fight> known(Observation observation) {
    List<Contest> contests =
        Optional.ofNullable(observation.memory())
            .map(memory -> memory.contests())
            .orElseGet(() -> observation.pinnedImage().lastStatus().contested());
    return contests.stream()
        .map(contest -> new Fight(contest).notAfter(observation.now()))
        .collect(
            Collectors.toMap(
                fight -> fight.contest().uid(), Function.identity(), (a, b) -> a, HashMap::new));
  }

  private static Map<String, Fight> after(
      Map<String, Fight> known, WorkloadRules free, boolean countsResets) {
    Map<String, Fight> after = new HashMap<>();
    for (Workload workload : free.observation().workloads()) {
      Fight before = known.get(workload.uid());
      if (before != null && !isOver(before, free, workload)) {
        after.put(workload.uid(), before);
      }
      if (countsResets) {
        reset(free, workload)
            .ifPresent(reset ->
                after.merge(
                    workload.uid(),
                    reset,
                    (fight, again) -> fight.again(again, free.observation().now())));
      }
    }
    return after;
  }

  private static boolean isOver(Fight fight, WorkloadRules free, Workload workload) {
    boolean isWaiting = !overTag(free, workload).isEmpty();
    boolean isPinned =
        free.verdicts(workload).stream().anyMatch(verdict -> verdict.state() == State.Pinned);
    boolean isRewritten = free.observation().surroundings().admission().rewrites(workload);
    return fight.isForgotten(free.observation().now(), isWaiting)
        || !(isWaiting || (isPinned && !isRewritten));
  }

  /** One reset, however many containers it has set back; its writer is the last of theirs. */
  private static Optional<Fight> reset(WorkloadRules free, Workload workload) {
    Observation observation = free.observation();
    return overTag(free, workload).stream()
        .filter(container -> isReset(observation, workload, container))
        .map(container -> writer(observation, container))
        .max(Comparator.comparing(Writer::time))
        .map(w -> Fight.begun(observation.pinnedImage(), workload, w, observation.now()));
  }

  /** Containers with the bare tag, over which a patch would write the pin. */
  private static List<Container> overTag(WorkloadRules free, Workload workload) {
    return workload.containers().stream().allMatch(Container::hasDigest)
        ? List.of()
        : free.verdicts(workload).stream()
            .filter(verdict -> verdict.replacement() != null && !verdict.byAdmission())
            .map(Verdict::container)
            .filter(container -> !container.hasDigest())
            .toList();
  }

  /** A status knows no UIDs: what was created with the tag is another workload of that name. */
  private static boolean isReset(Observation observation, Workload workload, Container container) {
    Writer writer = writer(observation, container);
    return Sightings.wasPinned(observation, workload, container)
        && !writer.manager().equals(WorkloadRules.FIELD_MANAGER)
        && !(observation.memory() == null && writer.atCreation());
  }

  /** Whether it matters who wrote the workload's images: one that was pinned has the bare tag. */
  static boolean needWriters(WorkloadRules free, Workload workload) {
    return overTag(free, workload).stream()
        .anyMatch(container -> Sightings.wasPinned(free.observation(), workload, container));
  }

  private static Writer writer(Observation observation, Container container) {
    return Optional.ofNullable(container.writer())
        .orElseGet(() -> new Writer("an unknown manager", observation.now()));
  }

  /** Empty where the workload may be written now. */
  Optional<Fight> hold(Workload workload) {
    return Optional.ofNullable(byWorkload.get(workload.uid()))
        .filter(fight -> isFrozen || now.isBefore(fight.writeAgain()));
  }

  /** When the first of those that wait is to be written; empty where none does. */
  Optional<Instant> nextWrite() {
    return byWorkload.values().stream()
        .map(Fight::writeAgain)
        .filter(time -> time.isAfter(now))
        .min(Comparator.naturalOrder());
  }

  /** In the order of {@code status.contested}. */
  List<Contest> all() {
    return byWorkload.values().stream().map(Fight::contest).sorted(WORST_FIRST).toList();
  }

  /** As many as {@code status.contested} has room for. */
  List<Contest> listed() {
    return all().stream().limit(PinnedImageStatus.MAX_CONTESTED).toList();
  }
}
