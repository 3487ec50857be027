package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two tenants, one operator, a private registry: what one can cause for the other. */
@RealCluster
class TenancyIT {
  private static RegistryServer registry;
  private static World world;
  private static String neighbour = "";

  @BeforeAll
  static void start(ControlPlane cluster) throws IOException {
    registry = RegistryServer.startWithBasicAuth(Login.PULLER);
    world = World.start(cluster, registry, "tenant");
    neighbour = cluster.newNamespace("neighbour");
    String config = Files.readString(world.config());
    String both = "namespaces: [" + world.namespace + ", " + neighbour + "]";
    Files.writeString(
        world.config(), config.replace("namespaces: [" + world.namespace + "]", both));
    world.restartOperator(Map.of());
    secret(world.namespace, "ours");
    secret(neighbour, "theirs");
  }

  @AfterAll
  static void stop() {
    world.close();
    registry.close();
  }

  private static void secret(String namespace, String name) {
    world
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .withStringData(
                    Map.of(".dockerconfigjson", Login.PULLER.dockerConfigJson(registry.host())))
                .build())
        .create();
  }

  private static List<AuditEvent> operatorsRequests(String resource) {
    return world.cluster.audit(e ->
        e.user().endsWith(":pinnedimage-operator")
            && e.namespace().equals(neighbour)
            && e.resource().equals(resource));
  }

  @Test
  void aPinnedImageHasNoSayInAnotherNamespace() {
    PushedImage first = world.push("shared", "1", "a");
    String tag = first.reference(registry);
    world.deploy("web", tag);
    world.cluster.kubectl("create", "deployment", "web", "--image=" + tag, "-n", neighbour);
    world.pin("shared", tag, "imagePullSecrets: [{name: ours}]");
    world.awaitImages("web", first.pinned(registry));
    PushedImage second = world.push("shared", "1", "b");
    world.approve("shared", second);
    world.awaitImages("web", second.pinned(registry));
    world.awaitPinned("shared", second);

    assertThat(
            world.cluster.kubectl(
                "get", "deploy", "web", "-n", neighbour, "-o", "jsonpath={..image}"))
        .isEqualTo(tag);
    assertThat(operatorsRequests("apps/deployments")).noneMatch(AuditEvent::isWrite);
    assertThat(world.status("shared").workloads().summary()).isEqualTo("1/1");
  }

  @Test
  void aPinnedImageReadsWithNoSecretOfAnotherNamespace() {
    PushedImage image = world.push("private", "1", "a");
    world.pin("private", image.reference(registry), "imagePullSecrets: [{name: theirs}]");

    assertThat(
            world
                .awaitCondition(
                    "private", ConditionType.Resolved, "False", "AuthenticationRequired")
                .message())
        .contains("theirs");
    assertThat(world.status("private").upstream()).isNull();
    assertThat(operatorsRequests("core/secrets")).isEmpty();
  }

  @Test
  void aTenantCannotWriteAStatusAndWithItDecideWhatAdmissionDoes() {
    world.cluster.kubectl(
        "create", "rolebinding", "ed", "--clusterrole=admin", "--user=ed", "-n", world.namespace);
    PushedImage image = world.push("mine", "1", "a");
    world.pin("mine", image.reference(registry), "imagePullSecrets: [{name: ours}]");
    world.awaitPinned("mine", image);
    String evil = "{\"status\":{\"rewrites\":{\"other:1\":\"evil:1\"}}}";

    await().atMost(World.PATIENCE).until(() -> asTenant("--dry-run=server", evil).succeeded());
    CommandResult direct = asTenant("--subresource=status", evil);
    assertThat(direct.succeeded()).isFalse();
    assertThat(direct.stderr()).contains("forbidden", "pinnedimages/status");
    assertThat(asTenant("--field-manager=ed", evil).succeeded()).isTrue();
    assertThat(world.status("mine").rewrites()).containsOnlyKeys(image.reference(registry));
  }

  private static CommandResult asTenant(String option, String patch) {
    return world.cluster.tryKubectl(
        "patch",
        "pin",
        "mine",
        "-n",
        world.namespace,
        "--as",
        "ed",
        "--type",
        "merge",
        option,
        "-p",
        patch);
  }
}
