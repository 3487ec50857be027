package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.io.IOException;
import java.util.List;
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
  /** Those that are patched. */
  private static final List<String> KINDS =
      List.of("Deployment", "StatefulSet", "DaemonSet", "CronJob");

  @Test
  void usesEachRightThatIsGrantedAndWantsNoOther(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "rights")) {
      PushedImage second = moveThePin(world);
      for (String kind : KINDS) {
        await(kind)
            .atMost(World.PATIENCE)
            .until(() -> image(world, kind), second.pinned(registry)::equals);
      }
      setBack(world);
      world.awaitCondition("web", ConditionType.WorkloadsPinned, "True", "RolledBackByUser");
      world.mergePatch("web", "{\"spec\":{\"deletionPolicy\":\"Restore\"}}");
      new Deleted(world).awaitFinalizers("web", "pinnedimage.dev/restore");
      askWithAServiceAccount(world);

      assertThat(used(cluster, "pinnedimage-operator"))
          .isEqualTo(granted(cluster, "pinnedimage-operator"));
    }
  }

  @Test
  void anOperatorThatOnlyReportsUsesEachOfItsRightsAndWantsNoOther(ControlPlane cluster)
      throws IOException {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "reports")) {
      world.pin("finalized", registry.host() + "/no/such:1", Deleted.RESTORE);
      new Deleted(world).awaitFinalizers("finalized", "pinnedimage.dev/restore");
      world.restartAsReporter();
      new Deleted(world).awaitFinalizers("finalized");
      moveThePin(world);
      setBack(world);
      world.awaitConditionMessage("web", ConditionType.WorkloadsPinned, "RolledBackByUser");
      // Left over from an operator that wrote: this one will not restore.
      world.mergePatch("web", "{\"metadata\":{\"finalizers\":[\"pinnedimage.dev/restore\"]}}");
      new Deleted(world).awaitFinalizers("web");
      askWithAServiceAccount(world);

      Set<String> granted = granted(cluster, Reporter.NAME);
      assertThat(used(cluster, Reporter.NAME)).isEqualTo(granted);
      assertThat(granted)
          .filteredOn(right -> !right.matches(".* (get|list|watch)"))
          .containsExactly(
              "events.k8s.io/events create",
              "pinnedimage.dev/pinnedimages patch",
              "pinnedimage.dev/pinnedimages/status patch");
    }
  }

  /** From the first digest of a private image to the second; a Secret is read for it. */
  private static PushedImage moveThePin(World world) {
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
    for (String kind : KINDS) {
      String podSpec = WorkloadYaml.podSpec("containers", first.reference(world.registry));
      world.create(WorkloadYaml.of(kind, "", podSpec));
    }
    world.pin("web", first.reference(world.registry), "imagePullSecrets: [{name: regcred}]");
    world.awaitReady("web");
    PushedImage second = world.push("web", "1", "b");
    world.approve("web", second);
    world.awaitPinned("web", second);
    return second;
  }

  private static String image(World world, String kind) {
    return world.cluster.kubectl(
        "get",
        kind,
        "new",
        "-n",
        world.namespace,
        "-o",
        "jsonpath={..containers[?(@.name=='c')].image}");
  }

  /** Who did it is read past the cache. */
  private static void setBack(World world) {
    String first = world.status("web").history().getFirst().digest();
    for (String kind : KINDS) {
      String image = "c=" + world.registry.host() + "/web:1@" + first;
      world.cluster.kubectl("set", "image", kind + "/new", image, "-n", world.namespace);
    }
  }

  /** No Secret is named here: the pods' service account is asked for some. */
  private static void askWithAServiceAccount(World world) {
    PushedImage other = world.push("other", "1", "a");
    world.deploy("other", other.reference(world.registry));
    world.pin("other", other.reference(world.registry));
    world.awaitCondition("other", ConditionType.Resolved, "False", "AuthenticationRequired");
  }

  /** By the audit log of the whole run. */
  private static Set<String> used(ControlPlane cluster, String serviceAccount) {
    Set<String> used = new TreeSet<>();
    for (AuditEvent event : cluster.audit(e -> isOf(serviceAccount, e))) {
      assertThat(event.code()).as("%s", event).isNotEqualTo(403);
      used.add(event.resource() + " " + event.verb());
    }
    return used;
  }

  private static boolean isOf(String serviceAccount, AuditEvent event) {
    return event.user().equals("system:serviceaccount:pinnedimage-system:" + serviceAccount)
        // Every user may ask who it is (system:basic-user) and what is served (system:discovery).
        && !event.resource().startsWith("authentication.k8s.io/")
        && !event.resource().startsWith("authorization.k8s.io/")
        // Of kinds that a configuration adds, the rights are the user's to grant.
        && !event.resource().startsWith(CustomKinds.GROUP)
        && !event.resource().startsWith("/");
  }

  private static Set<String> granted(ControlPlane cluster, String name) {
    ClusterRole role = cluster.admin().rbac().clusterRoles().withName(name).get();
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
