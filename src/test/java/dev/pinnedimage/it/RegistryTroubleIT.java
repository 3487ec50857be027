package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Registries that are down, private, or no longer have what they had. */
@RealCluster
@Order(2)
class RegistryTroubleIT {

  @Test
  void holdsAndWritesThePinWhileTheRegistryIsDown(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.start();
        World world = World.start(cluster, registry, "outage")) {
      PushedImage image = world.push("web", "1", "a");
      world.deploy("before", image.reference(registry));
      world.pin("web", image.reference(registry));
      world.awaitPinned("web", image);

      registry.stop();
      Condition down =
          world.awaitCondition("web", ConditionType.Resolved, "Unknown", "RegistryUnreachable");
      assertThat(down.message()).contains("since " + down.lastTransitionTime());
      assertThat(world.condition("web", ConditionType.Ready))
          .get()
          .returns("True", Condition::status);
      world.deploy("during", image.reference(registry));
      world.awaitImages("during", image.pinned(registry));
      assertThat(world.condition("web", ConditionType.Ready))
          .get()
          .returns("True", Condition::status);

      world.killOperator();
      world.startOperator();
      world.deploy("after-restart", image.reference(registry));
      world.awaitImages("after-restart", image.pinned(registry));

      registry.restart();
      world.awaitCondition("web", ConditionType.Resolved, "True", "Resolved");
      world.awaitCondition("web", ConditionType.TagMoved, "False", "UpToDate");
    }
  }

  @Test
  void saysWhatIsWrongWithAPullSecretAndRecoversWhenItIsMended(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "private")) {
      PushedImage image = world.push("web", "1", "a");
      String good = Login.PULLER.dockerConfigJson(registry.host());
      world.deploy("web", image.reference(registry));
      for (String name : new String[] {"right", "wrong", "missing", "malformed", "none"}) {
        String secret =
            name.equals("none")
                ? "imagePullSecrets: []"
                : "imagePullSecrets: [{name: " + name + "}]";
        if (name.equals("right")) {
          world.client().resource(secret(world, "right", good)).create();
        }
        if (name.equals("wrong")) {
          world
              .client()
              .resource(
                  secret(world, "wrong", Login.PULLER_ROTATED.dockerConfigJson(registry.host())))
              .create();
        }
        if (name.equals("malformed")) {
          world
              .client()
              .resource(
                  secret(
                      world,
                      "malformed",
                      "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"%%\"}}}"))
              .create();
        }
        world.pin(
            name,
            image.reference(registry),
            secret,
            // A mended Secret is not waited for until the next look-up.
            "checkInterval: 24h",
            "workloadSelector: {matchLabels: {app: " + name + "}}");
      }
      world.awaitStatus(
          "right", s -> s.pinned() != null && s.pinned().digest().equals(image.digest().value()));
      world.awaitCondition("wrong", ConditionType.Resolved, "False", "CredentialsRejected");
      Condition missing =
          world.awaitCondition(
              "missing", ConditionType.Resolved, "False", "AuthenticationRequired");
      assertThat(missing.message())
          .contains(
              "Secret %s/missing of spec.imagePullSecrets does not exist"
                  .formatted(world.namespace));
      world.awaitCondition("malformed", ConditionType.Resolved, "False", "CredentialsInvalid");
      world.awaitCondition("malformed", ConditionType.Stalled, "True", "CredentialsInvalid");
      world.awaitCondition("none", ConditionType.Resolved, "False", "AuthenticationRequired");

      for (String name : new String[] {"wrong", "missing", "malformed"}) {
        world.client().resource(secret(world, name, good)).forceConflicts().serverSideApply();
      }
      Instant mended = Instant.now();
      for (String name : new String[] {"wrong", "missing", "malformed"}) {
        world.awaitCondition(name, ConditionType.Resolved, "True", "Resolved");
      }
      assertThat(Duration.between(mended, Instant.now())).isLessThan(Duration.ofMinutes(1));
      String everything =
          world.operator().log()
              + cluster.kubectl("get", "pin,events", "-n", world.namespace, "-o", "yaml");
      assertThat(everything)
          .doesNotContain(Login.PULLER.password(), Login.PULLER_ROTATED.password())
          .doesNotContain(Login.PULLER.basic().substring("Basic ".length()));
    }
  }

  private static Secret secret(World world, String name, String dockerConfig) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(world.namespace)
        .endMetadata()
        .withType("kubernetes.io/dockerconfigjson")
        .addToData(
            ".dockerconfigjson",
            Base64.getEncoder().encodeToString(dockerConfig.getBytes(StandardCharsets.UTF_8)))
        .build();
  }

  @Test
  void trustsAPrivateCaWhereTheConfigurationSaysSo(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithTls();
        World world = World.start(cluster, registry, "tls")) {
      PushedImage image = world.images.pushDockerList("web", "1", "a", World.AMD64, World.ARM64);
      world.deploy("web", image.reference(registry));
      world.pin("web", image.reference(registry));
      world.awaitImages("web", image.pinned(registry));
    }
  }

  @Test
  void refusesARegistryOnALoopbackAddressThatIsNotConfigured(
      ControlPlane cluster, RegistryServer configured) {
    try (RegistryServer other = RegistryServer.start();
        World world = World.start(cluster, configured, "guard")) {
      world.pin("web", other.host() + "/web:1");
      Condition refused =
          world.awaitCondition("web", ConditionType.Resolved, "False", "RegistryNotAllowed");
      assertThat(refused.message()).contains(other.host());
      assertThat(other.accessLog()).noneMatch(line -> line.path().contains("/manifests/"));
    }
  }

  @Test
  void saysThatATagIsGoneAndKeepsThePin(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.start();
        World world = World.start(cluster, registry, "gone")) {
      PushedImage image = world.push("web", "1", "a");
      world.deploy("web", image.reference(registry));
      world.pin("web", image.reference(registry));
      world.pin("never", registry.host() + "/web:never");
      world.awaitPinned("web", image);
      world.awaitCondition("never", ConditionType.Resolved, "False", "TagNotFound");
      world.images.pusher().deleteTag("web", "1");
      world.awaitCondition("web", ConditionType.TagMoved, "Unknown", "TagDeleted");
      world.awaitCondition("web", ConditionType.Ready, "True", "Pinned");
      assertThat(world.imagesOf("web")).containsExactly(image.pinned(registry));
    }
  }

  @Test
  void saysThatThePinIsGoneBeforeANodeFindsOutAndWhenItIsBack(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.start();
        World world = World.start(cluster, registry, "lost")) {
      PushedImage pinned = world.push("web", "1", "a");
      world.deploy("web", pinned.reference(registry));
      world.pin("web", pinned.reference(registry));
      world.awaitPinned("web", pinned);
      world.push("web", "1", "b");
      world.awaitCondition("web", ConditionType.TagMoved, "True", "AwaitingApproval");
      int before = registry.accessLog().size();
      await().atMost(World.PATIENCE).until(() -> asked(registry, before, "1") >= 2);
      assertThat(asked(registry, before, pinned.digest().value())).isZero();

      world.images.pusher().deleteManifest("web", pinned.digest());
      world.lookNow("web");
      Condition gone =
          world.awaitCondition("web", ConditionType.Resolved, "False", "PinnedDigestGone");
      assertThat(gone.message()).contains(pinned.digest().value(), "cannot start a pod");
      world.awaitCondition("web", ConditionType.Ready, "False", "PinnedDigestGone");
      assertThat(world.imagesOf("web")).containsExactly(pinned.pinned(registry));

      world.push("web", "again", "a");
      world.awaitCondition("web", ConditionType.Resolved, "True", "Resolved");
      world.awaitCondition("web", ConditionType.Ready, "True", "Pinned");
    }
  }

  private static long asked(RegistryServer registry, int from, String reference) {
    var lines = registry.accessLog();
    return lines.subList(from, lines.size()).stream()
        .filter(line -> line.isByOperator() && line.path().endsWith("/manifests/" + reference))
        .count();
  }

  @Test
  void refusesAnApprovalThatTheRegistryDoesNotHave(ControlPlane cluster, RegistryServer registry) {
    try (World world = World.start(cluster, registry, "absent")) {
      PushedImage image = world.push("absent", "1", "a");
      world.deploy("web", image.reference(registry));
      world.pin("web", image.reference(registry), "digest: sha256:" + "0".repeat(64));
      Condition refused =
          world.awaitCondition("web", ConditionType.Ready, "False", "PinnedDigestGone");
      assertThat(refused.message()).contains("sha256:" + "0".repeat(64));
      assertThat(world.imagesOf("web")).containsExactly(image.reference(registry));
    }
  }
}
