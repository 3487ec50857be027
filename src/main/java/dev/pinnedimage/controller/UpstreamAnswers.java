package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.Questions;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.lookup.Answer;
import dev.pinnedimage.registry.lookup.Lookups;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Asks the registry what one PinnedImage needs to know, with its own pull secrets. */
public final class UpstreamAnswers {
  /** The registry answered for the tag, and not with the pin. */
  private static final Set<Failure> NOT_THE_PIN =
      EnumSet.of(
          Failure.TAG_NOT_FOUND,
          Failure.REPOSITORY_NOT_FOUND,
          Failure.UNSUPPORTED_MEDIA_TYPE,
          Failure.MANIFEST_INVALID,
          Failure.MANIFEST_TOO_LARGE);

  private final Lookups<ResourceID> lookups;
  private final Queries queries;
  private final InstantSource clock;

  /** The last value of the look-now annotation, by the UID of the PinnedImage. */
  private final Map<String, String> handledRequests = new ConcurrentHashMap<>();

  public UpstreamAnswers(Lookups<ResourceID> lookups, Queries queries, InstantSource clock) {
    this.lookups = lookups;
    this.queries = queries;
    this.clock = clock;
  }

  /** What was heard, and when to ask again. */
  record Heard(Answers answers, Instant nextCheck) {
    Heard with(List<Resolved> earlier) {
      return new Heard(
          new Answers(answers.upstream(), answers.candidate(), answers.pinned(), earlier),
          nextCheck);
    }
  }

  /** Empty while any of the answers is under way for the first time. */
  Optional<Heard> ask(
      PinnedImage pinnedImage,
      List<Workload> workloads,
      ImageReference tag,
      Optional<Digest> candidate) {
    boolean isRequested = isRequestedNow(pinnedImage);
    Queries.Prepared found = queries.prepare(pinnedImage, workloads, tag, isRequested);
    Unresolved problem = found.problem();
    if (problem != null) {
      return Optional.of(unasked(problem, candidate));
    }
    Query query = found.query();
    if (isRequested) {
      // Before asking: where it has to wait a second, the answer says when to come again.
      lookups.lookNow(query);
      Stream.concat(candidate.stream(), Questions.heldDigest(pinnedImage).stream())
          .forEach(digest -> lookups.lookNow(query.at(digest)));
    }
    Optional<Answer> upstream = ask(pinnedImage, query);
    if (upstream.isEmpty()) {
      return Optional.empty();
    }
    Optional<Answer> verified = candidate.flatMap(digest -> ask(pinnedImage, query.at(digest)));
    Optional<Digest> other = pinElsewhere(pinnedImage, upstream.get().resolution());
    Optional<Answer> pinned = other.flatMap(digest -> ask(pinnedImage, query.at(digest)));
    if (verified.isPresent() != candidate.isPresent() || pinned.isPresent() != other.isPresent()) {
      return Optional.empty();
    }
    Heard heard = heard(found, upstream.get(), verified, pinned);
    return earlier(pinnedImage, workloads, query).map(heard::with);
  }

  /** Empty while any of them is under way for the first time. */
  private Optional<List<Resolved>> earlier(
      PinnedImage pinnedImage, List<Workload> workloads, Query query) {
    List<Optional<Answer>> answers =
        Questions.earlierPins(pinnedImage, workloads).stream()
            .map(digest -> ask(pinnedImage, query.at(digest)))
            .toList();
    return answers.stream().anyMatch(Optional::isEmpty)
        ? Optional.empty()
        : Optional.of(
            answers.stream()
                .map(answer -> answer.orElseThrow().resolution())
                .filter(Resolved.class::isInstance)
                .map(Resolved.class::cast)
                .toList());
  }

  private Heard heard(
      Queries.Prepared found,
      Answer upstream,
      Optional<Answer> candidate,
      Optional<Answer> pinned) {
    Answers answers =
        new Answers(
            found.annotate(upstream.resolution()),
            candidate.map(Answer::resolution).map(found::annotate).orElse(null),
            pinned.map(Answer::resolution).orElse(null));
    Instant next = upstream.nextCheck();
    if (answers.candidate() instanceof Unresolved) {
      Instant again = candidate.map(Answer::nextCheck).orElse(next);
      next = again.isBefore(next) ? again : next;
    }
    return new Heard(answers, next);
  }

  private Heard unasked(Unresolved problem, Optional<Digest> candidate) {
    return new Heard(
        new Answers(problem, candidate.isPresent() ? problem : null, null),
        clock.instant().plus(PullSecrets.REREAD_AFTER_FAILURE));
  }

  /**
   * The pin is asked for only where the tag does not vouch for it. A HEAD of the tag that answers
   * with the pin's digest proves as much as one of the digest itself would: the registry has it.
   */
  private static Optional<Digest> pinElsewhere(PinnedImage pinnedImage, Resolution upstream) {
    return switch (upstream) {
      case Resolved resolved ->
          Questions.heldDigest(pinnedImage).filter(held -> !held.equals(resolved.digest()));
      case Unresolved failed when NOT_THE_PIN.contains(failed.reason()) ->
          Questions.heldDigest(pinnedImage);
      case Unresolved _ -> Optional.empty();
    };
  }

  private boolean isRequestedNow(PinnedImage pinnedImage) {
    String requested = pinnedImage.requestedAt();
    String before = handledRequests.put(pinnedImage.getMetadata().getUid(), requested);
    return before != null && !requested.isEmpty() && !requested.equals(before);
  }

  /** The PinnedImage is gone. */
  public void forget(PinnedImage deleted) {
    handledRequests.remove(deleted.getMetadata().getUid());
    lookups.forget(ResourceID.fromResource(deleted));
  }

  private Optional<Answer> ask(PinnedImage pinnedImage, Query query) {
    return lookups.ask(
        query, pinnedImage.getSpec().interval(), ResourceID.fromResource(pinnedImage));
  }
}
