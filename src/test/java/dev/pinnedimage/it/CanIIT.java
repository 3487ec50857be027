package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code kubectl auth can-i --as}: what a tenant may do by the built-in roles edit and view, what
 * the operator may, and what one that only reports. That the operator's rights are these and no
 * others is in {@link RightsIT}.
 */
@RealCluster
class CanIIT {
  private static final String ACCOUNT = "system:serviceaccount:pinnedimage-system:";
  private static final Map<String, String> SUBJECTS = new LinkedHashMap<>();
  private static String namespace = "";
  private static String neighbour = "";

  @BeforeAll
  static void bind(ControlPlane cluster) {
    cluster.apply(Path.of("deploy/install.yaml"));
    Reporter.install(cluster);
    namespace = cluster.newNamespace("tenant");
    neighbour = cluster.newNamespace("neighbour");
    bind(cluster, "edit", "ed");
    bind(cluster, "view", "vi");
    SUBJECTS.put("edit", "ed");
    SUBJECTS.put("view", "vi");
    SUBJECTS.put("operator", ACCOUNT + "pinnedimage-operator");
    SUBJECTS.put("reporter", ACCOUNT + Reporter.NAME);
    await("aggregated roles")
        .atMost(World.PATIENCE)
        .until(() ->
            may(cluster, "ed", "create", "pinnedimages", namespace)
                && may(cluster, "vi", "list", "pinnedimages", namespace));
  }

  private static void bind(ControlPlane cluster, String role, String user) {
    cluster.kubectl(
        "create", "rolebinding", role, "--clusterrole=" + role, "--user=" + user, "-n", namespace);
  }

  private static boolean may(
      ControlPlane cluster, String user, String verb, String resource, String where) {
    String question = "auth can-i %s %s --as %s -n %s".formatted(verb, resource, user, where);
    return cluster.tryKubectl(question.split(" ")).stdout().startsWith("yes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # verb            | resource                         | who may
          get               | pinnedimages                     | edit view
          list              | pinnedimages                     | edit view operator reporter
          create            | pinnedimages                     | edit
          update            | pinnedimages                     | edit
          patch             | pinnedimages                     | edit operator reporter
          delete            | pinnedimages                     | edit
          deletecollection  | pinnedimages                     | edit
          get               | pinnedimages --subresource=status |
          update            | pinnedimages --subresource=status |
          patch             | pinnedimages --subresource=status | operator reporter
          patch             | pinnedimages --subresource=finalizers |
          patch             | deployments.apps                 | edit operator
          patch             | statefulsets.apps                | edit operator
          patch             | daemonsets.apps                  | edit operator
          patch             | cronjobs.batch                   | edit operator
          create            | deployments.apps                 | edit
          patch             | jobs.batch                       | edit
          patch             | pods                             | edit
          get               | secrets                          | edit operator reporter
          list              | secrets                          | edit
          list              | nodes                            | operator reporter
          create            | events.events.k8s.io             | edit operator reporter
          list              | mutatingadmissionpolicies.admissionregistration.k8s.io/pinnedimage | operator reporter
          list              | mutatingadmissionpolicies.admissionregistration.k8s.io             |
          patch             | mutatingadmissionpolicies.admissionregistration.k8s.io/pinnedimage |
          patch             | validatingadmissionpolicies.admissionregistration.k8s.io           |
          patch             | namespaces                       |
          patch             | customresourcedefinitions.apiextensions.k8s.io |
          create            | rolebindings.rbac.authorization.k8s.io         |
          escalate          | clusterroles.rbac.authorization.k8s.io         |
          impersonate       | users                            |
          """)
  void whoMay(String verb, String resource, String expected, ControlPlane cluster) {
    String who = "";
    for (Map.Entry<String, String> subject : SUBJECTS.entrySet()) {
      if (may(cluster, subject.getValue(), verb, resource, namespace)) {
        who += " " + subject.getKey();
      }
    }
    assertThat(who.strip()).as("%s %s", verb, resource).isEqualTo(expected == null ? "" : expected);
  }

  @Test
  void aTenantMayDoNothingInAnotherNamespace(ControlPlane cluster) {
    for (String verb : new String[] {"get", "list", "create", "patch", "delete"}) {
      assertThat(may(cluster, "ed", verb, "pinnedimages", neighbour)).as(verb).isFalse();
    }
  }

  @Test
  void theRoleAdminHasWhatEditHas(ControlPlane cluster) {
    bind(cluster, "admin", "ad");

    assertThat(may(cluster, "ad", "create", "pinnedimages", namespace)).isTrue();
    assertThat(may(cluster, "ad", "list", "pinnedimages", namespace)).isTrue();
    assertThat(may(cluster, "ad", "patch", "pinnedimages --subresource=status", namespace))
        .isFalse();
  }
}
