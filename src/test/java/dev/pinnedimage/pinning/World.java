package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Pinned;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Answers;
import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Memory;
import dev.pinnedimage.pinning.observed.Node;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A cluster and a registry of values. {@link #reconciled} does to it what the operator would do:
 * asks the core's questions, plans, writes, reports.
 *
 * @param tag what the registry answers for the tag
 * @param byDigest what else it has; asked for anything else it says that it is gone
 * @param memory what the operator remembers of its last report
 */
record World(
    PinnedImage pinnedImage,
    Instant now,
    Resolution tag,
    Map<String, Resolved> byDigest,
    List<Workload> workloads,
    List<Node> nodes,
    List<PinnedImage> peers,
    Admission admission,
    @Nullable Memory memory) {

  /** On a cluster without the admission policy, and right after the operator's start. */
  World(
      PinnedImage pinnedImage,
      Instant now,
      Resolution tag,
      Map<String, Resolved> byDigest,
      List<Workload> workloads,
      List<Node> nodes,
      List<PinnedImage> peers) {
    this(pinnedImage, now, tag, byDigest, workloads, nodes, peers, Admission.NONE, null);
  }

  /** An amd64 and an arm64 node, no workload, and a tag that points at {@link Fixtures#FIRST}. */
  static World of(String spec) {
    return new World(
            Fixtures.pinnedImage(spec),
            Fixtures.NOW,
            Fixtures.FIRST,
            Map.of(),
            List.of(),
            List.of(Fixtures.node("amd-1", "linux/amd64"), Fixtures.node("arm-1", "linux/arm64")),
            List.of())
        .tag(Fixtures.FIRST);
  }

  /** The same object with another spec, as an edit by its owner leaves it. */
  World spec(String yaml) {
    PinnedImage edited = Fixtures.pinnedImage(yaml);
    edited.setMetadata(
        new ObjectMetaBuilder(pinnedImage.getMetadata())
            .withGeneration(pinnedImage.getMetadata().getGeneration() + 1)
            .build());
    edited.setStatus(pinnedImage.getStatus());
    return new World(edited, now, tag, byDigest, workloads, nodes, peers, admission, memory);
  }

  /** The status is lost: re-created, restored from a backup, renamed. */
  World withoutStatus() {
    return status(PinnedImageStatus.EMPTY);
  }

  private World status(PinnedImageStatus written) {
    PinnedImage updated = new PinnedImage();
    updated.setMetadata(pinnedImage.getMetadata());
    updated.setSpec(pinnedImage.getSpec());
    updated.setStatus(written);
    return new World(updated, now, tag, byDigest, workloads, nodes, peers, admission, memory);
  }

  /** The registry keeps what the tag pointed at before. */
  World tag(Resolution answer) {
    World told =
        new World(pinnedImage, now, answer, byDigest, workloads, nodes, peers, admission, memory);
    return answer instanceof Resolved resolved ? told.serving(resolved) : told;
  }

  World serving(Resolved... more) {
    Map<String, Resolved> all = new HashMap<>(byDigest);
    for (Resolved resolved : more) {
      all.put(Fixtures.digest(resolved), resolved);
    }
    return new World(
        pinnedImage, now, tag, Map.copyOf(all), workloads, nodes, peers, admission, memory);
  }

  /** The registry has collected it. */
  World forgetting(Resolved gone) {
    Map<String, Resolved> left = new HashMap<>(byDigest);
    left.remove(Fixtures.digest(gone));
    return new World(
        pinnedImage, now, tag, Map.copyOf(left), workloads, nodes, peers, admission, memory);
  }

  World after(Duration wait) {
    return new World(
        pinnedImage, now.plus(wait), tag, byDigest, workloads, nodes, peers, admission, memory);
  }

  World running(Workload... all) {
    return new World(
        pinnedImage, now, tag, byDigest, List.of(all), nodes, peers, admission, memory);
  }

  World on(Node... all) {
    return new World(
        pinnedImage, now, tag, byDigest, workloads, List.of(all), peers, admission, memory);
  }

  World beside(PinnedImage... all) {
    return new World(
        pinnedImage, now, tag, byDigest, workloads, nodes, List.of(all), admission, memory);
  }

  /** The cluster's policy rewrites these kinds. */
  World rewriting(String... kinds) {
    Admission policy = new Admission(Set.of(kinds), true, null);
    return new World(pinnedImage, now, tag, byDigest, workloads, nodes, peers, policy, memory);
  }

  /** The operator is another process: all that it knows is in the status. */
  World restarted() {
    return new World(pinnedImage, now, tag, byDigest, workloads, nodes, peers, admission, null);
  }

  /** With another value of the look-now annotation. */
  World requested(String value) {
    PinnedImage annotated = new PinnedImage();
    annotated.setMetadata(
        new ObjectMetaBuilder(pinnedImage.getMetadata())
            .addToAnnotations(PinnedImage.REQUESTED_AT, value)
            .build());
    annotated.setSpec(pinnedImage.getSpec());
    annotated.setStatus(pinnedImage.getStatus());
    return new World(annotated, now, tag, byDigest, workloads, nodes, peers, admission, memory);
  }

  Observation observation() {
    boolean asks =
        !pinnedImage.getSpec().suspend()
            && Questions.reference(pinnedImage).isPresent()
            && pinnedImage.getSpec().unsupportedValue().isEmpty();
    return new Observation(
        pinnedImage,
        now,
        asks ? answers() : Answers.NONE,
        workloads,
        peers,
        new Surroundings(nodes, admission, List.of(), false),
        memory);
  }

  /**
   * As it is seen once the PinnedImage is going.
   *
   * @param onlyReports the mode of the operator
   */
  Observation observation(PinnedImage going, boolean onlyReports) {
    return new Observation(
        going,
        now,
        Answers.NONE,
        workloads,
        peers,
        new Surroundings(nodes, Admission.NONE, List.of(), onlyReports));
  }

  private Answers answers() {
    Optional<Digest> candidate = Questions.candidate(pinnedImage, workloads, peers);
    Optional<String> elsewhere =
        Optional.ofNullable(pinnedImage.lastStatus().pinned())
            .map(Pinned::digest)
            .filter(pin -> tag instanceof Resolved now && !Fixtures.digest(now).equals(pin));
    return new Answers(
        tag,
        candidate.map(digest -> answer(digest.value())).orElse(null),
        elsewhere.map(this::answer).orElse(null),
        Questions.earlierPins(pinnedImage, workloads).stream()
            .flatMap(digest -> Optional.ofNullable(byDigest.get(digest.value())).stream())
            .toList());
  }

  private Resolution answer(String digest) {
    if (tag instanceof Unresolved failed && failed.reason().isTransient()) {
      return failed;
    }
    return Optional.<Resolution>ofNullable(byDigest.get(digest))
        .orElse(new Unresolved(Failure.PINNED_DIGEST_GONE, "docker.io: acme/web has no " + digest));
  }

  Plan plan() {
    return Planner.plan(observation());
  }

  /** The images that the plan writes, by container, as {@code web/c0 image}. */
  List<String> writes() {
    return plan().edits().stream()
        .flatMap(edit ->
            edit.replacements().stream()
                .map(r -> edit.workload().name() + "/" + r.container().name() + " " + r.image()))
        .toList();
  }

  /** What is reported once everything that was planned has been written. */
  PinnedImageStatus status() {
    return reconciled().pinnedImage.lastStatus();
  }

  /** The world after one reconciliation in which the API server took every patch. */
  World reconciled() {
    Observation observation = observation();
    Plan plan = Planner.plan(observation);
    Observation recorded =
        plan.pinMoved()
            ? observation.withStatus(StatusReporter.report(observation, plan, List.of()))
            : observation;
    List<Workload> patched = workloads.stream().map(w -> patched(w, plan)).toList();
    List<Outcome> outcomes =
        plan.edits().stream()
            .map(edit -> written(edit, patched, Optional.ofNullable(plan.rules()).orElseThrow()))
            .toList();
    PinnedImageStatus status = StatusReporter.report(recorded, plan, outcomes);
    Memory kept = StatusReporter.memory(plan, outcomes);
    return new World(pinnedImage, now, tag, byDigest, patched, nodes, peers, admission, kept)
        .status(roundTrip(status));
  }

  private static Outcome written(Edit edit, List<Workload> patched, WorkloadRules rules) {
    String uid = edit.workload().uid();
    Workload now = patched.stream().filter(w -> w.uid().equals(uid)).findFirst().orElseThrow();
    return new Outcome.Written(uid, rules.verdicts(now));
  }

  private Workload patched(Workload workload, Plan plan) {
    Map<String, String> images = new HashMap<>();
    plan.edits().stream()
        .filter(edit -> edit.workload().equals(workload))
        .flatMap(edit -> edit.replacements().stream())
        .forEach(r -> images.put(r.container().path(), r.image()));
    Writer operator = new Writer(WorkloadRules.FIELD_MANAGER, now);
    return workload.withContainers(
        workload.containers().stream()
            .map(c ->
                images.containsKey(c.path())
                    ? c.withImage(images.get(c.path())).writtenBy(operator)
                    : c)
            .toList());
  }

  /** As the API server stores it and gives it back. */
  static PinnedImageStatus roundTrip(PinnedImageStatus status) {
    return Serialization.unmarshal(Serialization.asJson(status), PinnedImageStatus.class);
  }
}
