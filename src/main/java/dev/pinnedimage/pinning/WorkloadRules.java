package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.Edit.Replacement;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules for one workload, given the pin. They are asked again for a workload that changed
 * between being seen and being patched.
 *
 * @param pin null while nothing is pinned for the tag
 * @param pinMoved whether the pin moves by this very plan: whatever is seen was written before it
 * @param contests workloads that somebody sets back to the tag, and when each is written again
 */
public record WorkloadRules(
    Observation observation, @Nullable Pinned pin, boolean pinMoved, Contests contests)
    implements EditRules {
  /** Also the name under which the operator writes: what it wrote is nobody's rollback. */
  public static final String FIELD_MANAGER = "pinnedimage-operator";

  private static final Comparator<PinnedImage> OLDEST_FIRST =
      Comparator.comparing((PinnedImage p) -> Instant.parse(p.getMetadata().getCreationTimestamp()))
          .thenComparing(p -> p.getMetadata().getName());

  /** As though nobody ever set anything back to the tag. */
  public WorkloadRules(Observation observation, @Nullable Pinned pin, boolean pinMoved) {
    this(observation, pin, pinMoved, Contests.NONE);
  }

  WorkloadRules with(Contests found) {
    return new WorkloadRules(observation, pin, pinMoved, found);
  }

  @Override
  public PinnedImage pinnedImage() {
    return observation.pinnedImage();
  }

  static boolean isOlder(PinnedImage one, PinnedImage other) {
    return OLDEST_FIRST.compare(one, other) < 0;
  }

  /** One verdict for each container that the PinnedImage has a say in. */
  @Override
  public List<Verdict> verdicts(Workload workload) {
    if (!Match.selects(pinnedImage(), workload)) {
      return List.of();
    }
    return workload.containers().stream()
        .flatMap(container -> verdict(workload, container).stream())
        .toList();
  }

  @Override
  public Optional<Edit> edit(Workload workload) {
    List<Verdict> verdicts = verdicts(workload);
    List<Verdict> writes = verdicts.stream().filter(v -> v.replacement() != null).toList();
    if (writes.isEmpty()) {
      return Optional.empty();
    }
    // A patch that only tests would take back a person's earlier pin beside it, too.
    boolean isRolledBack = verdicts.stream().anyMatch(v -> v.state() == State.RolledBackByUser);
    boolean byAdmission = !isRolledBack && writes.stream().allMatch(Verdict::byAdmission);
    return Optional.of(
        new Edit(
            workload,
            writes.stream().map(WorkloadRules::replacement).toList(),
            byAdmission,
            byAdmission && writes.stream().anyMatch(this::isRepair)));
  }

  /** Whether admission has been told all that it is to write. */
  public boolean isPublished(Edit edit) {
    Map<String, String> published = pinnedImage().lastStatus().rewrites();
    return edit.replacements().stream()
        .allMatch(r -> r.image().equals(published.get(r.container().image())));
  }

  @Override
  public String deed() {
    return "wrote the pin into";
  }

  private static Replacement replacement(Verdict verdict) {
    return new Replacement(
        verdict.container(), Optional.ofNullable(verdict.replacement()).orElseThrow());
  }

  /** Admission knew already what to make of it. */
  private boolean isRepair(Verdict verdict) {
    return Objects.equals(
        pinnedImage().lastStatus().rewrites().get(verdict.container().image()),
        verdict.replacement());
  }

  private Optional<Verdict> verdict(Workload workload, Container container) {
    ImageReference wanted = Questions.reference(pinnedImage()).orElseThrow();
    Match match = Match.of(wanted, known(), container.meaning());
    if (!match.isClaimed()) {
      return Optional.empty();
    }
    if (workload.ignored()) {
      return Optional.of(Verdict.of(workload, container, State.Ignored, null));
    }
    boolean carriesPin = carriesPin(container);
    Optional<String> winner = winner(workload, container);
    if (winner.isPresent()) {
      State state = carriesPin ? State.Pinned : State.Pending;
      return Optional.of(Verdict.lost(workload, container, state, winner.get()));
    }
    return Optional.of(
        carriesPin
            ? Verdict.of(workload, container, State.Pinned, null)
            : unpinned(workload, container, match));
  }

  private Verdict unpinned(Workload workload, Container container, Match match) {
    if (workload.owner() != null) {
      return Verdict.of(
          workload,
          container,
          State.Owned,
          "belongs to " + workload.owner() + ", which would undo a change: set the image there");
    }
    if (match == Match.FOREIGN_DIGEST) {
      return Verdict.of(workload, container, State.PinnedByUser, foreign(container));
    }
    if (match == Match.KNOWN_PIN && carries(container, pinnedImage().getSpec().digest())) {
      return Verdict.of(
          workload,
          container,
          State.PinnedByUser,
          "carries the digest of spec.digest, which is not the pin yet; it is left alone until that"
              + " digest is verified");
    }
    if (pin == null) {
      return Verdict.of(workload, container, State.Pending, "nothing is pinned yet");
    }
    Writer writer = container.writer();
    if (match == Match.KNOWN_PIN && isRollback(container)) {
      String who = writer == null ? "somebody" : writer.manager();
      return Verdict.of(
          workload,
          container,
          State.RolledBackByUser,
          "was set back to an earlier pin by "
              + who
              + " after the pin moved; it stays until the image or the pin changes: remove the digest"
              + " to have it pinned again");
    }
    String replacement = respelled(container.image(), pin);
    if (workload.immutable()) {
      return Verdict.of(workload, container, State.ReportOnly, fixed(workload, replacement));
    }
    if (observation.onlyReports()) {
      return Verdict.of(
          workload, container, State.ReportOnly, "would become " + replacement + whoOnlyReports());
    }
    return contests
        .hold(workload)
        .filter(fight -> !container.hasDigest())
        .map(fight -> fight.instead(observation, workload, container, replacement))
        .orElseGet(() ->
            Verdict.write(
                workload, container, replacement, isByAdmission(workload, container, replacement)));
  }

  /** Made anew it would run the pin by itself only where admission writes it. */
  private String fixed(Workload workload, String replacement) {
    boolean byItself = observation.surroundings().admission().rewrites(workload);
    return "cannot be changed once it exists; to have it run "
        + replacement
        + ", "
        + (byItself
            ? "delete it and apply it again"
            : "delete it and apply it again with that image");
  }

  private String whoOnlyReports() {
    return pinnedImage().getSpec().reportsOnly()
        ? " (spec.mode: Report)"
        : " (mode: Report of the operator's configuration)";
  }

  /** A tag is rewritten for everyone, an earlier pin in the operator's own requests only. */
  private boolean isByAdmission(Workload workload, Container container, String replacement) {
    Admission admission = observation.surroundings().admission();
    Map<String, String> rewrites = Rewrites.ofTag(observation, pin);
    return admission.rewrites(workload)
        && (container.image().contains("@")
            ? admission.knowsUs() && !rewrites.isEmpty()
            : replacement.equals(rewrites.get(container.image())));
  }

  /** The spelling of the repository is the author's; only tag and digest are ours. */
  private String respelled(String image, Pinned target) {
    ImageReference wanted = Questions.reference(pinnedImage()).orElseThrow();
    return Rewrites.pinned(
        image, wanted.withDigest(Digest.parse(target.digest()).orElseThrow()), pinnedImage());
  }

  private KnownPins known() {
    KnownPins known = KnownPins.of(pinnedImage());
    return pin == null ? known : known.with(pin.digest());
  }

  private boolean carriesPin(Container container) {
    return pin != null && carries(container, pin.digest());
  }

  private static boolean carries(Container container, @Nullable String digest) {
    return digest != null
        && ImageReference.parse(container.image())
            .map(ImageReference::digest)
            .filter(digest::equals)
            .isPresent();
  }

  /**
   * Somebody else set an earlier pin after the present one came to be. Both times are whole
   * seconds: within the same second the person's word counts, but for who created the workload
   * then: that set nothing back.
   */
  private boolean isRollback(Container container) {
    Writer writer = container.writer();
    return pin != null
        && !pinMoved
        && writer != null
        && !writer.manager().equals(FIELD_MANAGER)
        && isAfter(writer, Instant.parse(pin.since()))
        && Questions.needsWriter(pinnedImage(), container);
  }

  private static boolean isAfter(Writer writer, Instant moved) {
    return writer.atCreation() ? writer.time().isAfter(moved) : !writer.time().isBefore(moved);
  }

  private String foreign(Container container) {
    String digest =
        ImageReference.parse(container.image())
            .flatMap(reference -> Optional.ofNullable(reference.digest()))
            .orElse("");
    return observation
        .answers()
        .indexes()
        .flatMap(index -> Sentences.innerManifest(index, digest).stream())
        .findFirst()
        .map(inner ->
            "carries " + digest + ", which " + inner + ", or remove the digest to have it pinned")
        .orElse(
            "carries a digest that a person chose; it is left alone: remove the digest to have it pinned");
  }

  /** The oldest PinnedImage that claims the container, if that is another. */
  private Optional<String> winner(Workload workload, Container container) {
    if (observation.onlyReports()) {
      return Optional.empty();
    }
    return observation.peers().stream()
        .filter(peer -> isOlder(peer, pinnedImage()))
        .filter(peer -> !peer.isMarkedForDeletion() && !peer.getSpec().reportsOnly())
        .filter(peer -> Match.claims(peer, workload, container))
        .min(OLDEST_FIRST)
        .map(peer -> peer.getMetadata().getName());
  }
}
