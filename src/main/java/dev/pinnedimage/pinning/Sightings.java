package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Workloads;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Memory;
import dev.pinnedimage.pinning.observed.Memory.Sighting;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Where the pin was last seen: what is found without it there has been set back by somebody. */
final class Sightings {
  private Sightings() {}

  static Set<Sighting> of(List<Verdict> verdicts) {
    return verdicts.stream()
        .filter(verdict -> verdict.state() == State.Pinned && verdict.winner() == null)
        .map(v -> new Sighting(v.workload().uid(), v.container().label()))
        .collect(Collectors.toSet());
  }

  /** By the last report; after a restart by the status, which lists some and knows no UIDs. */
  static boolean wasPinned(Observation observation, Workload workload, Container container) {
    Memory memory = observation.memory();
    return memory == null
        ? isListed(observation, workload, container)
        : memory.pinned().contains(new Sighting(workload.uid(), container.label()));
  }

  private static boolean isListed(Observation observation, Workload workload, Container container) {
    return Optional.ofNullable(observation.pinnedImage().lastStatus().workloads()).stream()
        .map(Workloads::items)
        .flatMap(List::stream)
        .filter(item -> item.state().equals(State.Pinned.name()))
        .anyMatch(item ->
            item.kind().equals(workload.kind())
                && item.name().equals(workload.name())
                && item.container().equals(container.label()));
  }
}
