package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemediesTest {
  private static final String IMAGE = "acme/web:1.4@sha256:1";
  private static final String POLICY = "kubectl apply --server-side -f deploy/admission.yaml";

  private static final Workload WEB = deployment("web", "acme/web:1.4");

  private static Contest by(String manager, String operation) {
    return new Contest("Deployment", "web", "uid-web", manager, operation, List.of(), null);
  }

  @ParameterizedTest
  @CsvSource({
    "kustomize-controller, Apply, set the image in git to",
    "flux-client-side-apply, Update, set the image in git to",
    "helm-controller, Apply, set the image in the HelmRelease's values to",
    "argocd-controller, Apply, argocd.argoproj.io/compare-options: ServerSideDiff=true",
    "argocd-application-controller, Update, argocd.argoproj.io/compare-options: ServerSideDiff=true",
    "helm, Apply, set the image in the chart's values to",
    "helm, Update, set the image in the chart's values to",
    "kubectl-client-side-apply, Update, set the image in the manifest to",
    "kubectl, Apply, without --force-conflicts the API server would refuse",
    "kubectl-set, Update, set the image in the manifest to",
    "terraform, Apply, have terraform write",
    "terraform, Apply, without --force-conflicts the API server would refuse",
  })
  void fitTheManager(String manager, String operation, String remedy) {
    assertThat(Remedies.against(WEB, by(manager, operation), Admission.NONE, IMAGE))
        .contains(remedy, POLICY, "where the cluster has it (Kubernetes 1.36 or newer)", IMAGE);
  }

  @ParameterizedTest
  @CsvSource({"kubectl-client-side-apply, Update", "kustomize-controller, Apply", "helm, Apply"})
  void speakOfForceOnlyWhereLeavingItOutHelps(String manager, String operation) {
    assertThat(Remedies.against(WEB, by(manager, operation), Admission.NONE, IMAGE))
        .doesNotContain("--force-conflicts");
  }

  @Test
  void sayWhatIsWrongWithThePolicyThatIsThere() {
    Admission edited = new Admission(Set.of(), false, "the policy was edited; mend it with: x");

    assertThat(Remedies.against(WEB, by("helm", "Apply"), edited, IMAGE))
        .startsWith("the policy was edited; mend it with: x; or set the image")
        .doesNotContain(POLICY);
  }

  @Test
  void sayThatThePolicyDoesNotCoverTheKind() {
    Admission others = new Admission(Set.of("StatefulSet"), true, null);

    assertThat(Remedies.against(WEB, by("helm", "Apply"), others, IMAGE))
        .startsWith("have the admission policy cover Deployment")
        .doesNotContain(POLICY);
  }

  @Test
  void sayWhyThePolicyRewritesNothingForThisOne() {
    Admission covering = new Admission(Set.of("Deployment"), true, null);

    assertThat(Remedies.against(WEB, by("helm", "Apply"), covering, IMAGE))
        .startsWith("tell this PinnedImage apart from the older ones")
        .doesNotContain(POLICY);
    Workload hashed = labelled(WEB, "pod-template-hash", "1");
    assertThat(Remedies.against(hashed, by("helm", "Apply"), covering, IMAGE))
        .startsWith("take the labels pod-template-hash and controller-revision-hash off")
        .doesNotContain(POLICY);
  }
}
