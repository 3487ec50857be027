package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.Questions;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Memory;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.workload.NodeCache;
import dev.pinnedimage.workload.WorkloadCache;
import dev.pinnedimage.workload.WorkloadReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the world once, for one PinnedImage: the caches, the registry's answers, the clock. */
public final class Observer {
  /** An answer wakes the PinnedImage up; this is for one that never comes. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

  private final WorkloadCache workloads;
  private final WorkloadReader reader;
  private final NodeCache nodes;
  private final Function<String, Admission> admission;
  private final Memories memories;
  private final boolean onlyReports;
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
    this.memories = caches.memories();
    this.onlyReports = caches.onlyReports();
    this.pinnedImages = pinnedImages;
    this.upstream = upstream;
    this.spellings = spellings;
    this.clock = clock;
  }

  /**
   * What is read from the cluster, and what is remembered of it.
   *
   * @param onlyReports whether no workload is ever written
   */
  public record Caches(
      WorkloadCache workloads,
      WorkloadReader reader,
      NodeCache nodes,
      Function<String, Admission> admission,
      Memories memories,
      boolean onlyReports) {}

  /**
   * An observation, and when to make the next one if nothing happens before.
   *
   * @param isHeard false while a first answer is under way: it wakes the PinnedImage up when it is
   *     there
   * @param lookAgain empty where only an event can change anything
   */
  public record Seen(Observation observation, boolean isHeard, Optional<Duration> lookAgain) {

    /** How long until then, or until an earlier moment. */
    Optional<Duration> lookAgain(Optional<Instant> orAt) {
      return Stream.concat(
              lookAgain.stream(), orAt.map(at -> until(observation.now(), at)).stream())
          .min(Comparator.naturalOrder());
    }
  }

  Seen observe(PinnedImage pinnedImage) {
    Instant now = clock.instant();
    Optional<ImageReference> reference = Questions.reference(pinnedImage);
    if (reference.isEmpty() || pinnedImage.getSpec().unsupportedValue().isPresent()) {
      Observation nothing =
          new Observation(
              pinnedImage,
              now,
              Answers.NONE,
              List.of(),
              List.of(),
              surroundings(pinnedImage, List.of()));
      return new Seen(nothing, true, Optional.empty());
    }
    List<PinnedImage> peers = spellings.peers(pinnedImages.peers(pinnedImage), reference.get());
    Observation unasked =
        withWriters(
            new Observation(
                    pinnedImage,
                    now,
                    Answers.NONE,
                    workloads(pinnedImage, reference.get()),
                    peers,
                    surroundings(pinnedImage, spellings.aliases(reference.get())))
                .remembering(memories.of(pinnedImage)),
            reference.get());
    if (pinnedImage.getSpec().suspend()) {
      return new Seen(unasked, true, Optional.empty());
    }
    List<Workload> found = unasked.workloads();
    Optional<Digest> candidate = Questions.candidate(pinnedImage, found, peers);
    return upstream
        .ask(pinnedImage, Questions.matched(pinnedImage, found), reference.get(), candidate)
        .map(heard -> heard(unasked, heard))
        .orElseGet(() -> new Seen(unasked, false, Optional.of(ANSWER_WITHIN)));
  }

  /**
   * What the next observation is compared with.
   *
   * @param memory null where nothing could be told: then the status counts again
   */
  void remember(PinnedImage pinnedImage, @Nullable Memory memory) {
    memories.keep(pinnedImage, memory);
  }

  /** What the caches say of one whose registry need not be asked any more. */
  Observation alone(PinnedImage pinnedImage) {
    ImageReference reference = Questions.reference(pinnedImage).orElseThrow();
    return withWriters(
        new Observation(
            pinnedImage,
            clock.instant(),
            Answers.NONE,
            workloads(pinnedImage, reference),
            spellings.peers(pinnedImages.peers(pinnedImage), reference),
            surroundings(pinnedImage, spellings.aliases(reference))),
        reference);
  }

  private Surroundings surroundings(PinnedImage pinnedImage, List<String> aliases) {
    return new Surroundings(
        nodes.nodes(),
        admission.apply(pinnedImage.getMetadata().getNamespace()),
        aliases,
        onlyReports);
  }

  private static Seen heard(Observation unasked, UpstreamAnswers.Heard heard) {
    return new Seen(
        unasked.withAnswers(heard.answers()),
        true,
        Optional.of(until(unasked.now(), heard.nextCheck())));
  }

  private static Duration until(Instant now, Instant then) {
    Duration wait = Duration.between(now, then);
    return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
  }

  private List<Workload> workloads(PinnedImage pinnedImage, ImageReference reference) {
    return spellings.workloads(
        workloads.using(pinnedImage.getMetadata().getNamespace(), reference), reference);
  }

  /** Past the cache only where it matters who wrote an image. */
  private Observation withWriters(Observation cached, ImageReference reference) {
    return cached.withWorkloads(
        cached.workloads().stream()
            .flatMap(workload ->
                Questions.needsWriters(cached, workload)
                    ? spellings
                        .workloads(reader.read(workload).stream().toList(), reference)
                        .stream()
                    : Stream.of(workload))
            .toList());
  }
}
