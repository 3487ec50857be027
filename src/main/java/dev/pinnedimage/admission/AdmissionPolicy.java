package dev.pinnedimage.admission;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code deploy/admission.yaml}: the policy that makes of a tag the pin, inside of the API server.
 * It spells out every default, so that what is installed can be compared with what should be.
 *
 * @param user who the operator is to the API server: earlier pins are taken back in its requests
 *     only
 */
public record AdmissionPolicy(WorkloadKinds kinds, String user) {
  public static final String NAME = "pinnedimage";

  /** The service account of {@code deploy/install.yaml}. */
  public static final String INSTALLED_USER =
      "system:serviceaccount:pinnedimage-system:pinnedimage-operator";

  /** Goes up with every change of what the policy does. */
  static final int VERSION = 1;

  private static final String VERSION_ANNOTATION = PinnedImage.GROUP + "/policy-version";

  /** Policy and binding. */
  public String yaml() {
    return policyYaml() + "---\n" + Template.text("binding.yaml");
  }

  MutatingAdmissionPolicy policy() {
    return Serialization.unmarshal(policyYaml(), MutatingAdmissionPolicy.class);
  }

  static MutatingAdmissionPolicyBinding binding() {
    return Serialization.unmarshal(
        Template.text("binding.yaml"), MutatingAdmissionPolicyBinding.class);
  }

  private String policyYaml() {
    PodSpecs podSpecs = new PodSpecs(kinds);
    return Template.filled(
        "policy.yaml",
        Map.of(
            "version", String.valueOf(VERSION),
            "rules", new ResourceRules(kinds).yaml(),
            "user", user,
            "podSpec", podSpecs.of("object"),
            "oldPodSpec", podSpecs.of("oldObject"),
            "pointer", podSpecs.pointer(),
            "immutable", podSpecs.isImmutable()));
  }

  /**
   * Whose requests an installed policy takes back earlier pins in; empty where that is not told.
   */
  static String user(MutatingAdmissionPolicy policy) {
    return Optional.ofNullable(policy.getSpec().getVariables()).stream()
        .flatMap(Collection::stream)
        .filter(variable -> "operator".equals(variable.getName()))
        .map(variable -> variable.getExpression().replaceAll("^'|'$", ""))
        .findFirst()
        .orElse("");
  }

  static @Nullable Integer version(HasMetadata policy) {
    try {
      return Optional.ofNullable(policy.getMetadata().getAnnotations())
          .map(annotations -> annotations.get(VERSION_ANNOTATION))
          .map(Integer::valueOf)
          .orElse(null);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
