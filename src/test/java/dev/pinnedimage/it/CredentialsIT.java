package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.harness.TokenAuthority;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Whose credentials a registry is asked with, on a real API server and real registries. */
@RealCluster
class CredentialsIT {
  @Test
  void pullsWithWhatThePodsPullWith(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "pods")) {
      String wrong = Login.PULLER_ROTATED.dockerConfigJson(registry.host());
      create(world, secret("right", Login.PULLER.dockerConfigJson(registry.host())));
      create(world, secret("wrong", wrong));
      create(world, secret("elsewhere", Login.PULLER.dockerConfigJson("quay.io")));
      create(world, account("builder", "right"));
      PushedImage image = world.push("web", "1", "a");
      String container = "      containers: [{name: c, image: \"%s\"}]\n";

      world.deployYaml(
          "template",
          "      imagePullSecrets: [{name: elsewhere}, {name: wrong}, {name: right}]\n"
              + container.formatted(image.reference(registry)));
      world.deployYaml(
          "account",
          "      serviceAccountName: builder\n" + container.formatted(image.reference(registry)));
      world.deployYaml("nothing", container.formatted(image.reference(registry)));
      for (String name : new String[] {"template", "account", "nothing"}) {
        world.pin(
            name,
            image.reference(registry),
            "workloadSelector: {matchLabels: {app: %s}}".formatted(name));
      }

      world.awaitImages("template", image.pinned(registry));
      world.awaitImages("account", image.pinned(registry));
      world.awaitCondition("nothing", ConditionType.Resolved, "False", "AuthenticationRequired");
      world.pin(
          "elsewhere",
          image.reference(registry),
          "imagePullSecrets: [{name: elsewhere}]",
          "workloadSelector: {matchLabels: {app: nobody}}");
      Condition useless =
          world.awaitCondition(
              "elsewhere", ConditionType.Resolved, "False", "AuthenticationRequired");
      assertThat(useless.message())
          .contains(
              "Secret %s/elsewhere of spec.imagePullSecrets has no credentials for %s"
                  .formatted(world.namespace, registry.host()));
    }
  }

  @Test
  void namesTheSecretAndWhoNamesItWhereItIsNotUsable(ControlPlane cluster) {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER);
        World world = World.start(cluster, registry, "unusable")) {
      create(world, account("builder", "broken"));
      create(world, secret("broken", "{\"auths\":7}"));
      PushedImage image = world.push("web", "1", "a");
      world.deployYaml(
          "web",
          "      serviceAccountName: builder\n      containers: [{name: c, image: \"%s\"}]\n"
              .formatted(image.reference(registry)));
      world.pin("web", image.reference(registry));

      Condition invalid =
          world.awaitCondition("web", ConditionType.Resolved, "False", "CredentialsInvalid");

      assertThat(invalid.message())
          .startsWith("Secret broken of service account builder is not usable: ");
    }
  }

  @Test
  void exchangesAPullSecretForATokenThatTheRealRegistryVerifies(ControlPlane cluster) {
    try (TokenAuthority tokens = TokenAuthority.start(Login.PULLER);
        RegistryServer registry = RegistryServer.startWithTokenAuth(tokens);
        World world =
            World.start(
                cluster, registry, "tokens", "- host: " + tokens.host(), "plainHttp: true")) {
      create(world, secret("regcred", Login.PULLER.dockerConfigJson(registry.host())));
      PushedImage image = world.push("private/web", "1", "a");
      world.deploy("web", image.reference(registry));
      world.pin("web", image.reference(registry), "imagePullSecrets: [{name: regcred}]");
      world.pin(
          "nobody", image.reference(registry), "workloadSelector: {matchLabels: {app: nobody}}");

      world.awaitImages("web", image.pinned(registry));
      Condition refused =
          world.awaitCondition("nobody", ConditionType.Resolved, "False", "AuthenticationRequired");
      assertThat(refused.message()).contains("spec.imagePullSecrets");

      PushedImage next = world.push("private/web", "1", "b");
      world.awaitCondition("web", ConditionType.TagMoved, "True", "AwaitingApproval");
      assertThat(world.status("web").upstream().digest()).isEqualTo(next.digest().value());
      assertThat(tokens.requests()).filteredOn(r -> r.startsWith("GET")).hasSize(2);
    }
  }

  @Test
  void asksAMirrorFirstAndPinsUnderTheNameOfTheOriginal(ControlPlane cluster) {
    try (RegistryServer original = RegistryServer.start();
        RegistryServer mirror = RegistryServer.startAsMirrorOf(original);
        World world =
            World.start(
                cluster,
                original,
                "mirror",
                "mirror: " + mirror.host(),
                "- host: " + mirror.host(),
                "plainHttp: true")) {
      PushedImage image = world.push("web", "1", "a");
      world.deploy("web", image.reference(original));
      world.pin("web", image.reference(original));

      world.awaitImages("web", image.pinned(original));
      assertThat(mirror.accessLog()).anyMatch(line -> line.method().equals("HEAD"));

      mirror.stop();
      world.lookNow("web");
      PushedImage next = new TestImages(original).pushIndex("web", "1", "b", World.AMD64);
      Condition held =
          world.awaitConditionMessage("web", ConditionType.Resolved, "not taken for a move before");
      assertThat(held.message()).contains(next.digest().shortForm());
      assertThat(world.condition("web", ConditionType.TagMoved).orElseThrow().status())
          .isEqualTo("False");
    }
  }

  @Test
  void pinsImagesThatAreWrittenWithAnAlias(ControlPlane cluster, RegistryServer registry) {
    String alias = "alias.registry.example";
    try (World world = World.start(cluster, registry, "alias", "aliases: [%s]".formatted(alias))) {
      PushedImage image = world.push("aliased", "1", "a");
      world.deploy("web", alias + "/aliased:1", "other.example/aliased:1");
      world.pin("web", image.reference(registry));

      world.awaitImages("web", alias + "/aliased:1@" + image.digest(), "other.example/aliased:1");
      world.pin("younger", alias + "/aliased:1");
      world.awaitCondition("younger", ConditionType.WorkloadsPinned, "False", "Conflict");
    }
  }

  private static void create(World world, Secret secret) {
    world.client().resource(secret).inNamespace(world.namespace).create();
  }

  private static void create(World world, ServiceAccount account) {
    world.client().resource(account).inNamespace(world.namespace).create();
  }

  private static ServiceAccount account(String name, String pullSecret) {
    return new ServiceAccountBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addNewImagePullSecret(pullSecret)
        .build();
  }

  private static Secret secret(String name, String dockerConfig) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .withType("kubernetes.io/dockerconfigjson")
        .addToData(
            ".dockerconfigjson",
            Base64.getEncoder().encodeToString(dockerConfig.getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
