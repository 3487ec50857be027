package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.Transitions.Happened;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is said, by event, of workloads whose PinnedImage goes: its status goes with it. */
public final class RestoreReport {
  /** Named one by one; the rest is counted. */
  private static final int MAX_NAMED = 10;

  private final RestoreRules rules;

  public RestoreReport(RestoreRules rules) {
    this.rules = rules;
  }

  /** The reasons of these events, exactly as they are written. */
  public enum EventReason {
    /** The PinnedImage is gone, and workloads keep its digest. */
    Retained,
    /** Workloads run by the tag again. */
    Restored,
    /** A workload keeps the digest, though it was to go back to the tag. */
    RestoreFailed
  }

  /** A workload that does not run by the tag yet, and why. */
  public record Failure(Edit edit, String why) {}

  /** Those of the outcomes after which a workload still carries the pin. */
  public static List<Failure> failures(List<Edit> edits, List<Outcome> outcomes) {
    return edits.stream()
        .flatMap(edit ->
            outcomes.stream()
                .filter(outcome -> outcome.uid().equals(edit.workload().uid()))
                .flatMap(outcome -> why(outcome).stream())
                .map(why -> new Failure(edit, why)))
        .toList();
  }

  /** Nothing may be written for a spec that is not understood. */
  public static List<Failure> unsupported(List<Edit> edits, String value) {
    String why = value + " is not known to this version of the operator";
    return edits.stream().map(edit -> new Failure(edit, why)).toList();
  }

  private static Optional<String> why(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Written _, Outcome.Gone _ -> Optional.empty();
      case Outcome.Refused refused -> Optional.of("the API server said: " + refused.message());
      case Outcome.Failed failed -> Optional.of("the API server said: " + failed.message());
      case Outcome.Contended _, Outcome.NotRewritten _ ->
          Optional.of("it changed each time that the tag was written");
    };
  }

  /** Empty where no workload was left to this PinnedImage alone. */
  public List<Happened> retained(List<Edit> kept) {
    if (kept.isEmpty()) {
      return List.of();
    }
    String them = kept.size() == 1 ? "it" : "them";
    return List.of(
        new Happened(
            false,
            EventReason.Retained.name(),
            named(kept)
                + (kept.size() == 1 ? " keeps" : " keep")
                + " the digest of "
                + reference()
                + "; the next apply of the tag unpins "
                + them
                + ": to keep "
                + them
                + " pinned, apply that reference"));
  }

  /** Empty where nothing was. */
  public List<Happened> restored(List<Edit> edits, List<Outcome> outcomes) {
    List<Edit> written = edits.stream().filter(edit -> isWritten(edit, outcomes)).toList();
    return written.isEmpty()
        ? List.of()
        : List.of(
            new Happened(
                false,
                EventReason.Restored.name(),
                named(written)
                    + " went back to the tag "
                    + rules.tag()
                    + " from the pin "
                    + digest()));
  }

  private static boolean isWritten(Edit edit, List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(Outcome.Written.class::isInstance)
        .anyMatch(outcome -> outcome.uid().equals(edit.workload().uid()));
  }

  /** One for each workload that is let go as it is, with the command that does it by hand. */
  public List<Happened> failed(List<Failure> failures) {
    return Stream.concat(
            failures.stream().limit(MAX_NAMED).map(this::failed),
            Stream.of(failures.size() - MAX_NAMED)
                .filter(more -> more > 0)
                .map(more -> warning(more + " more workloads keep the digest " + digest())))
        .toList();
  }

  private Happened failed(Failure failure) {
    return warning(
        name(failure.edit())
            + " keeps "
            + failure.edit().replacements().getFirst().container().image()
            + "; give it the tag back with: "
            + RestoreCommand.of(failure.edit())
            + "; "
            + failure.why());
  }

  /** Before it is known which workloads there are. */
  public static Happened unread(PinnedImage pinnedImage, String why) {
    return warning(
        "workloads may keep the digest of "
            + Optional.ofNullable(pinnedImage.lastStatus().pinned())
                .map(pinned -> pinned.reference())
                .orElse(pinnedImage.getSpec().image())
            + "; look for them with: kubectl -n "
            + pinnedImage.getMetadata().getNamespace()
            + " get deployments,statefulsets,daemonsets,cronjobs -o wide; the API server said: "
            + why);
  }

  private static Happened warning(String message) {
    return new Happened(true, EventReason.RestoreFailed.name(), message);
  }

  private static String named(List<Edit> edits) {
    String names =
        edits.stream().limit(MAX_NAMED).map(RestoreReport::name).collect(Collectors.joining(", "));
    if (edits.size() == 1) {
      return names;
    }
    String more = edits.size() > MAX_NAMED ? ", …" : "";
    return edits.size() + " workloads (" + names + more + ")";
  }

  private static String name(Edit edit) {
    return edit.workload().kind() + " " + edit.workload().name();
  }

  private String reference() {
    return rules.tag() + "@" + digest();
  }

  private String digest() {
    return Optional.ofNullable(rules.held().pin()).orElseThrow().digest();
  }
}
