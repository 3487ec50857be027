package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The rights of install.yaml are exactly those that are used, by the API server's audit log: one
 * right more is one that an intruder has, one less is a pin that is not written.
 */
@RealCluster
class RightsIT {

  @Test
  void usesEachRightThatIsGrantedAndWantsNoOther(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "rights")) {
      rollBackAPrivateImage(world);

      Set<String> used = new TreeSet<>();
      for (AuditEvent event : cluster.audit(RightsIT::isTheOperators)) {
        assertThat(event.code()).as("%s", event).isNotEqualTo(403);
        used.add(event.resource() + " " + event.verb());
      }
      assertThat(used).isEqualTo(granted(cluster));
    }
  }

  /** Reads a Secret, a service account, and the field managers of a Deployment. */
  private static void rollBackAPrivateImage(World world) {
    PushedImage first = world.push("web", "1", "a");
    world
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName("regcred")
                .withNamespace(world.namespace)
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withStringData(
                    Map.of(
                        ".dockerconfigjson", Login.PULLER.dockerConfigJson(world.registry.host())))
                .build())
        .create();
    world.deploy("web", first.reference(world.registry));
    world.pin("web", first.reference(world.registry), "imagePullSecrets: [{name: regcred}]");
    world.awaitImages("web", first.pinned(world.registry));
    PushedImage second = world.push("web", "1", "b");
    world.approve("web", second);
    world.awaitImages("web", second.pinned(world.registry));
    world.awaitPinned("web", second);
    world.cluster.kubectl(
        "set",
        "image",
        "deployment/web",
        "c0=" + first.pinned(world.registry),
        "-n",
        world.namespace);
    world.awaitCondition("web", ConditionType.WorkloadsPinned, "True", "RolledBackByUser");
    // No Secret is named here: the pods' service account is asked for some.
    PushedImage other = world.push("other", "1", "a");
    world.deploy("other", other.reference(world.registry));
    world.pin("other", other.reference(world.registry));
    world.awaitCondition("other", ConditionType.Resolved, "False", "AuthenticationRequired");
  }

  private static boolean isTheOperators(AuditEvent event) {
    return event.user().equals("system:serviceaccount:pinnedimage-system:pinnedimage-operator")
        // Every user may ask who it is: system:basic-user.
        && !event.resource().startsWith("authentication.k8s.io/");
  }

  private static Set<String> granted(ControlPlane cluster) {
    ClusterRole role = cluster.admin().rbac().clusterRoles().withName("pinnedimage-operator").get();
    return role.getRules().stream()
        .flatMap(RightsIT::granted)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> granted(PolicyRule rule) {
    return rule.getApiGroups().stream()
        .map(group -> group.isEmpty() ? "core" : group)
        .flatMap(group -> rule.getResources().stream().map(resource -> group + "/" + resource))
        .flatMap(resource -> rule.getVerbs().stream().map(verb -> resource + " " + verb));
  }
}
