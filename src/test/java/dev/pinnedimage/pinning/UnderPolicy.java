package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.pinning.observed.Surroundings;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A world whose API server rewrites by a policy.
 *
 * @param aliases other hosts that serve what the PinnedImage's registry does
 */
record UnderPolicy(World world, Admission admission, List<String> aliases) {
  static final Admission WORKS = new Admission(Set.of("Deployment"), true, null);

  /** It was installed for another user than the operator is. */
  static final Admission FOR_ANOTHER = new Admission(Set.of("Deployment"), false, null);

  static UnderPolicy of(World world) {
    return new UnderPolicy(world, WORKS, List.of());
  }

  UnderPolicy by(Admission other) {
    return new UnderPolicy(world, other, aliases);
  }

  UnderPolicy withAliases(List<String> hosts) {
    return new UnderPolicy(world, admission, hosts);
  }

  Observation observation() {
    Observation plain = world.observation();
    return new Observation(
        plain.pinnedImage(),
        plain.now(),
        plain.answers(),
        plain.workloads(),
        plain.peers(),
        new Surroundings(plain.surroundings().nodes(), admission, aliases, false));
  }

  Plan plan() {
    return Planner.plan(observation());
  }

  /** How each workload is to be written: {@code web by admission}, {@code web by replacing}. */
  List<String> edits() {
    return plan().edits().stream()
        .map(edit ->
            edit.workload().name() + (edit.byAdmission() ? " by admission" : " by replacing"))
        .toList();
  }

  /** What is published before any workload is written. */
  Map<String, String> published() {
    return StatusReporter.report(observation(), plan(), List.of()).rewrites();
  }

  /** What is published once everything that was planned is written. */
  Map<String, String> publishedThen() {
    Plan plan = plan();
    WorkloadRules rules = Objects.requireNonNull(plan.rules());
    List<Outcome> outcomes =
        plan.edits().stream()
            .<Outcome>map(
                edit -> new Outcome.Written(edit.workload().uid(), rules.verdicts(pinned(edit))))
            .toList();
    PinnedImageStatus status = StatusReporter.report(observation(), plan, outcomes);
    return World.roundTrip(status).rewrites();
  }

  private static Workload pinned(Edit edit) {
    Map<String, String> images = new HashMap<>();
    edit.replacements().forEach(r -> images.put(r.container().path(), r.image()));
    return edit.workload()
        .withContainers(
            edit.workload().containers().stream()
                .map(c -> c.withImage(images.getOrDefault(c.path(), c.image())))
                .toList());
  }
}
