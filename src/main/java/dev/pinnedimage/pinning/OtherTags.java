package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Tags of the same repository that run here and that nobody pins, because git moved on to them,
 * say.
 *
 * @param workloads how many run such a tag
 * @param tags in order, at most ten
 */
record OtherTags(long workloads, List<String> tags) {
  static final OtherTags NONE = new OtherTags(0, List.of());
  private static final int MAX_NAMED = 10;

  static OtherTags of(Observation observation) {
    long workloads = 0;
    TreeSet<String> tags = new TreeSet<>();
    for (Workload workload : observation.workloads()) {
      List<String> found = unpinned(observation, workload).toList();
      workloads += found.isEmpty() ? 0 : 1;
      tags.addAll(found);
    }
    return new OtherTags(workloads, tags.stream().limit(MAX_NAMED).toList());
  }

  private static Stream<String> unpinned(Observation observation, Workload workload) {
    PinnedImage pinnedImage = observation.pinnedImage();
    if (workload.ignored() || !Match.selects(pinnedImage, workload)) {
      return Stream.empty();
    }
    ImageReference wanted = Questions.reference(pinnedImage).orElseThrow();
    KnownPins known = KnownPins.of(pinnedImage);
    return workload.containers().stream()
        .filter(c -> Match.of(wanted, known, c.meaning()) == Match.OTHER_TAG)
        .filter(c -> observation.peers().stream().noneMatch(p -> Match.claims(p, workload, c)))
        .map(container -> ImageReference.parse(container.image()).map(ImageReference::tag))
        .flatMap(Optional::stream);
  }

  /** The end of a sentence; empty where there is nothing to say. */
  String sentence() {
    return workloads == 0
        ? ""
        : "; not pinned by this: "
            + (workloads == 1 ? "1 workload runs" : workloads + " workloads run")
            + " the same repository with the "
            + (tags.size() == 1 ? "tag " : "tags ")
            + String.join(", ", tags);
  }
}
