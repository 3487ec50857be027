package dev.pinnedimage.admission;

import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Judges what is installed by what this version of the operator would install.
 *
 * @param sentence for a person: what is the matter, and the command that mends it
 */
record InstalledPolicy(PolicyState state, String sentence, Admission admission) {
  private static final String MEND =
      "kubectl apply --server-side --force-conflicts -f deploy/admission.yaml";

  /** The kinds that are pinned, and the user that the operator is. */
  record Expected(WorkloadKinds kinds, String user) {}

  static InstalledPolicy without(PolicyState state, String sentence) {
    return new InstalledPolicy(
        state, sentence, new Admission(Set.of(), false, state.isTrouble() ? sentence : null));
  }

  static InstalledPolicy notServed() {
    return without(
        PolicyState.NotServed,
        "this cluster serves no MutatingAdmissionPolicy of version v1 (Kubernetes 1.36 or newer does)");
  }

  static InstalledPolicy of(
      @Nullable MutatingAdmissionPolicy policy,
      @Nullable MutatingAdmissionPolicyBinding binding,
      Expected expected) {
    if (policy == null) {
      return without(
          PolicyState.NotInstalled,
          "the admission policy is not installed; install it with: " + MEND);
    }
    if (binding == null) {
      return without(
          PolicyState.NotBound,
          "the admission policy has no binding and applies to nothing; mend it with: " + MEND);
    }
    return covered(policy, binding, expected)
        .map(kinds -> effective(policy, kinds, expected))
        .orElseGet(() -> different(policy));
  }

  /** The kinds that it rewrites, where it is one of this version: all, or the built-in ones. */
  private static Optional<WorkloadKinds> covered(
      MutatingAdmissionPolicy policy, MutatingAdmissionPolicyBinding binding, Expected expected) {
    String user = AdmissionPolicy.user(policy);
    if (!AdmissionPolicy.binding().getSpec().equals(binding.getSpec())) {
      return Optional.empty();
    }
    return List.of(expected.kinds(), WorkloadKinds.BUILT_IN).stream()
        .filter(
            kinds -> new AdmissionPolicy(kinds, user).policy().getSpec().equals(policy.getSpec()))
        .findFirst();
  }

  private static InstalledPolicy effective(
      MutatingAdmissionPolicy policy, WorkloadKinds covered, Expected expected) {
    boolean knowsUs = AdmissionPolicy.user(policy).equals(expected.user());
    Set<String> kinds =
        covered.all().stream().map(WorkloadKind::kind).collect(Collectors.toUnmodifiableSet());
    Set<String> others =
        expected.kinds().all().stream()
            .map(WorkloadKind::kind)
            .filter(kind -> !kinds.contains(kind))
            .collect(Collectors.toUnmodifiableSet());
    String sentence =
        "the admission policy is installed and current"
            + (knowsUs
                ? ""
                : "; it takes back earlier pins for "
                    + AdmissionPolicy.user(policy)
                    + ", which is not this operator ("
                    + expected.user()
                    + "): those are patched")
            + (others.isEmpty()
                ? ""
                : "; it does not cover "
                    + String.join(", ", others)
                    + " of workloadKinds: install what the operator prints with"
                    + " admission --config FILE");
    return new InstalledPolicy(
        PolicyState.Effective, sentence, new Admission(kinds, knowsUs, null));
  }

  private static InstalledPolicy different(HasMetadata policy) {
    Integer version = AdmissionPolicy.version(policy);
    if (version != null && version < AdmissionPolicy.VERSION) {
      return without(
          PolicyState.Outdated,
          "the admission policy is of the older version "
              + version
              + " and is not relied on; mend it with: "
              + MEND);
    }
    if (version != null && version > AdmissionPolicy.VERSION) {
      return without(
          PolicyState.Newer,
          "the admission policy is of the newer version "
              + version
              + " and is not relied on; upgrade the operator, or go back with: "
              + MEND);
    }
    return without(
        PolicyState.Edited,
        "the admission policy or its binding was edited and is not relied on; mend it with: "
            + MEND);
  }

  /**
   * Where it is not known to have none, it is relied on all the same.
   *
   * @param namespace the first in which it had none
   */
  InstalledPolicy withoutEffect(String namespace) {
    String problem =
        "the admission policy is installed and current, but workloads come back without the pin, first"
            + " in namespace "
            + namespace
            + ": is the admission plugin MutatingAdmissionPolicy switched off in the API server? Where it"
            + " has no effect, the pin is patched";
    return new InstalledPolicy(
        PolicyState.WithoutEffect,
        problem,
        new Admission(admission.kinds(), admission.knowsUs(), problem));
  }

  /** As good as none. */
  Admission nothing() {
    return new Admission(Set.of(), false, admission.problem());
  }
}
