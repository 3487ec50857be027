package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.Questions;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.workload.NodeCache;
import dev.pinnedimage.workload.WorkloadCache;
import dev.pinnedimage.workload.WorkloadReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Reads the world once, for one PinnedImage: the caches, the registry's answers, the clock. */
public final class Observer {
  /** An answer wakes the PinnedImage up; this is for one that never comes. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

  private final WorkloadCache workloads;
  private final WorkloadReader reader;
  private final NodeCache nodes;
  private final Function<String, Admission> admission;
  private final Wakeups pinnedImages;
  private final UpstreamAnswers upstream;
  private final Spellings spellings;
  private final InstantSource clock;

  public Observer(
      Caches caches,
      Wakeups pinnedImages,
      UpstreamAnswers upstream,
      Spellings spellings,
      InstantSource clock) {
    this.workloads = caches.workloads();
    this.reader = caches.reader();
    this.nodes = caches.nodes();
    this.admission = caches.admission();
    this.pinnedImages = pinnedImages;
    this.upstream = upstream;
    this.spellings = spellings;
    this.clock = clock;
  }

  /** What is read from the cluster. */
  public record Caches(
      WorkloadCache workloads,
      WorkloadReader reader,
      NodeCache nodes,
      Function<String, Admission> admission) {}

  /**
   * An observation, and when to make the next one if nothing happens before.
   *
   * @param isHeard false while a first answer is under way: it wakes the PinnedImage up when it is
   *     there
   * @param lookAgain empty where only an event can change anything
   */
  public record Seen(Observation observation, boolean isHeard, Optional<Duration> lookAgain) {}

  Seen observe(PinnedImage pinnedImage) {
    Instant now = clock.instant();
    Optional<ImageReference> reference = Questions.reference(pinnedImage);
    if (reference.isEmpty() || pinnedImage.getSpec().unsupportedValue().isPresent()) {
      Observation nothing =
          new Observation(pinnedImage, now, Answers.NONE, List.of(), List.of(), Surroundings.NONE);
      return new Seen(nothing, true, Optional.empty());
    }
    List<Workload> found = workloads(pinnedImage, reference.get());
    List<PinnedImage> peers = spellings.peers(pinnedImages.peers(pinnedImage), reference.get());
    Observation unasked =
        new Observation(
            pinnedImage,
            now,
            Answers.NONE,
            found,
            peers,
            surroundings(pinnedImage, reference.get()));
    if (pinnedImage.getSpec().suspend()) {
      return new Seen(unasked, true, Optional.empty());
    }
    Optional<Digest> candidate = Questions.candidate(pinnedImage, found, peers);
    return upstream
        .ask(pinnedImage, Questions.matched(pinnedImage, found), reference.get(), candidate)
        .map(heard -> heard(unasked, heard))
        .orElseGet(() -> new Seen(unasked, false, Optional.of(ANSWER_WITHIN)));
  }

  private Surroundings surroundings(PinnedImage pinnedImage, ImageReference reference) {
    return new Surroundings(
        nodes.nodes(),
        admission.apply(pinnedImage.getMetadata().getNamespace()),
        spellings.aliases(reference));
  }

  private static Seen heard(Observation unasked, UpstreamAnswers.Heard heard) {
    return new Seen(
        unasked.withAnswers(heard.answers()),
        true,
        Optional.of(wait(unasked.now(), heard.nextCheck())));
  }

  private static Duration wait(Instant now, Instant until) {
    Duration wait = Duration.between(now, until);
    return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
  }

  /** Past the cache only where it matters who wrote an image. */
  private List<Workload> workloads(PinnedImage pinnedImage, ImageReference reference) {
    List<Workload> found =
        workloads.using(pinnedImage.getMetadata().getNamespace(), reference).stream()
            .flatMap(workload ->
                !workload.immutable()
                        && workload.containers().stream().anyMatch(c -> matters(pinnedImage, c))
                    ? reader.read(workload).stream()
                    : Stream.of(workload))
            .toList();
    return spellings.workloads(found, reference);
  }

  private static boolean matters(PinnedImage pinnedImage, Container container) {
    return Questions.needsWriter(pinnedImage, container);
  }
}
