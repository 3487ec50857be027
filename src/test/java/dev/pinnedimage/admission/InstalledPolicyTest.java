package dev.pinnedimage.admission;

import static dev.pinnedimage.admission.AdmissionPolicy.INSTALLED_USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.admission.InstalledPolicy.Expected;
import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstalledPolicyTest {
  private static final String MEND =
      "kubectl apply --server-side --force-conflicts -f deploy/admission.yaml";
  private static final WorkloadKind ROLLOUT =
      new WorkloadKind(
          "argoproj.io", "v1alpha1", "Rollout", "rollouts", "spec.template.spec", false);
  private static final WorkloadKinds WITH_ROLLOUTS =
      new WorkloadKinds(
          Stream.concat(WorkloadKinds.BUILT_IN.all().stream(), Stream.of(ROLLOUT)).toList());
  private static final AdmissionPolicy CURRENT =
      new AdmissionPolicy(WorkloadKinds.BUILT_IN, INSTALLED_USER);

  private static MutatingAdmissionPolicy policy(AdmissionPolicy rendered) {
    return rendered.policy();
  }

  /** As somebody left it: one text in place of another. */
  private static MutatingAdmissionPolicy edited(String found, String written) {
    String yaml = Serialization.asYaml(CURRENT.policy());
    assertThat(yaml).contains(found);
    return Serialization.unmarshal(yaml.replace(found, written), MutatingAdmissionPolicy.class);
  }

  private static MutatingAdmissionPolicy ofVersion(@Nullable String version) {
    MutatingAdmissionPolicy policy = edited("IfNeeded", "Never");
    policy
        .getMetadata()
        .getAnnotations()
        .compute("pinnedimage.dev/policy-version", (key, before) -> version);
    return policy;
  }

  private static MutatingAdmissionPolicyBinding edited(
      MutatingAdmissionPolicyBinding binding, String action) {
    binding.getSpec().getParamRef().setParameterNotFoundAction(action);
    return binding;
  }

  private static InstalledPolicy judged(
      @Nullable MutatingAdmissionPolicy policy, @Nullable MutatingAdmissionPolicyBinding binding) {
    return InstalledPolicy.of(
        policy, binding, new Expected(WorkloadKinds.BUILT_IN, INSTALLED_USER));
  }

  private static void isNotReliedOn(InstalledPolicy installed, PolicyState state, String said) {
    assertThat(installed.state()).isEqualTo(state);
    assertThat(installed.sentence()).contains(said).contains(MEND);
    assertThat(installed.admission().kinds()).isEmpty();
    assertThat(installed.admission().knowsUs()).isFalse();
  }

  @Test
  void reliesOnWhatIsCurrentForEveryKind() {
    InstalledPolicy installed = judged(policy(CURRENT), AdmissionPolicy.binding());

    assertThat(installed.state()).isEqualTo(PolicyState.Effective);
    assertThat(installed.sentence()).isEqualTo("the admission policy is installed and current");
    assertThat(installed.admission().kinds())
        .containsExactlyInAnyOrder(
            "Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Pod");
    assertThat(installed.admission().knowsUs()).isTrue();
    assertThat(installed.admission().problem()).isNull();
  }

  @Test
  void aClusterWithoutAPolicyIsAChoiceAndNoProblem() {
    InstalledPolicy installed = judged(null, null);

    isNotReliedOn(installed, PolicyState.NotInstalled, "is not installed; install it with");
    assertThat(installed.admission().problem()).isNull();
    assertThat(InstalledPolicy.notServed().admission().problem()).isNull();
    assertThat(InstalledPolicy.notServed().sentence()).contains("Kubernetes 1.36 or newer");
  }

  @Test
  void aBindingAloneIsNoPolicy() {
    assertThat(judged(null, AdmissionPolicy.binding()).state()).isEqualTo(PolicyState.NotInstalled);
  }

  @Test
  void aPolicyWithoutABindingAppliesToNothing() {
    isNotReliedOn(
        judged(policy(CURRENT), null),
        PolicyState.NotBound,
        "has no binding and applies to nothing");
  }

  @ParameterizedTest
  @CsvSource({
    "0, Outdated, of the older version 0",
    "2147483647, Newer, of the newer version 2147483647",
    "1, Edited, was edited",
    "one, Edited, was edited",
    ", Edited, was edited",
  })
  void anotherPolicyIsNamedByItsVersion(@Nullable String version, PolicyState state, String said) {
    InstalledPolicy installed = judged(ofVersion(version), AdmissionPolicy.binding());

    isNotReliedOn(installed, state, said);
    assertThat(installed.admission().problem()).isEqualTo(installed.sentence());
  }

  @Test
  void theVersionThatIsWrittenOnItMakesNoPolicyCurrent() {
    assertThat(judged(ofVersion("" + AdmissionPolicy.VERSION), AdmissionPolicy.binding()).state())
        .isEqualTo(PolicyState.Edited);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "IfNeeded | Never",
        "Ignore | Fail",
        "- \"CREATE\" | - \"DELETE\"",
        "pinnedimage.dev/ignore | pinnedimage.dev/leave",
        "Equivalent | Exact",
        "rewrites-an-image | chosen",
        "apiVersion: \"pinnedimage.dev/v1alpha1\" | apiVersion: \"pinnedimage.dev/v1\"",
      })
  void anyEditOfThePolicyIsNoticed(String found, String written) {
    isNotReliedOn(
        judged(edited(found, written), AdmissionPolicy.binding()),
        PolicyState.Edited,
        "was edited and is not relied on");
  }

  @Test
  void anEditOfTheBindingIsNoticed() {
    isNotReliedOn(
        judged(policy(CURRENT), edited(AdmissionPolicy.binding(), "Deny")),
        PolicyState.Edited,
        "the admission policy or its binding was edited");
  }

  @Test
  void labelsAndAnnotationsOfOthersAreNoEdit() {
    MutatingAdmissionPolicy labelled = policy(CURRENT);
    labelled.getMetadata().getLabels().put("argocd.argoproj.io/instance", "platform");
    labelled.getMetadata().getAnnotations().put("example.org/owner", "sre");

    assertThat(judged(labelled, AdmissionPolicy.binding()).state())
        .isEqualTo(PolicyState.Effective);
  }

  @Test
  void aPolicyForAnotherUserRewritesTagsAndNoEarlierPins() {
    String other = "system:serviceaccount:tools:pins";
    InstalledPolicy installed =
        judged(
            policy(new AdmissionPolicy(WorkloadKinds.BUILT_IN, other)), AdmissionPolicy.binding());

    assertThat(installed.state()).isEqualTo(PolicyState.Effective);
    assertThat(installed.admission().kinds().contains("Deployment")).isTrue();
    assertThat(installed.admission().knowsUs()).isFalse();
    assertThat(installed.sentence())
        .contains("takes back earlier pins for " + other)
        .contains("not this operator (" + INSTALLED_USER + ")");
  }

  @Test
  void aPolicyOfTheBuiltInKindsDoesNotCoverFurtherOnes() {
    InstalledPolicy installed =
        InstalledPolicy.of(
            policy(CURRENT),
            AdmissionPolicy.binding(),
            new Expected(WITH_ROLLOUTS, INSTALLED_USER));

    assertThat(installed.state()).isEqualTo(PolicyState.Effective);
    assertThat(installed.admission().kinds().contains("Deployment")).isTrue();
    assertThat(installed.admission().kinds().contains("Rollout")).isFalse();
    assertThat(installed.sentence()).contains("does not cover Rollout of workloadKinds");
  }

  @Test
  void aPolicyWithFurtherKindsCoversThem() {
    InstalledPolicy installed =
        InstalledPolicy.of(
            policy(new AdmissionPolicy(WITH_ROLLOUTS, INSTALLED_USER)),
            AdmissionPolicy.binding(),
            new Expected(WITH_ROLLOUTS, INSTALLED_USER));

    assertThat(installed.admission().kinds().contains("Rollout")).isTrue();
    assertThat(installed.sentence()).isEqualTo("the admission policy is installed and current");
  }

  @Test
  void aPolicyWithKindsThatAreNotConfiguredIsNotOurs() {
    assertThat(
            judged(
                    policy(new AdmissionPolicy(WITH_ROLLOUTS, INSTALLED_USER)),
                    AdmissionPolicy.binding())
                .state())
        .isEqualTo(PolicyState.Edited);
  }

  @Test
  void oneThatHasNoEffectInANamespaceIsReliedOnElsewhere() {
    InstalledPolicy installed =
        judged(policy(CURRENT), AdmissionPolicy.binding()).withoutEffect("shop");

    assertThat(installed.state()).isEqualTo(PolicyState.WithoutEffect);
    assertThat(installed.sentence())
        .contains("come back without the pin, first in namespace shop")
        .contains("admission plugin MutatingAdmissionPolicy");
    assertThat(installed.admission().kinds().contains("Deployment")).isTrue();
    assertThat(installed.nothing().kinds()).isEmpty();
    assertThat(installed.nothing().problem()).isEqualTo(installed.sentence());
  }
}
