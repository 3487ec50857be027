package dev.pinnedimage.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.Login;
import dev.pinnedimage.harness.PlantedSecrets;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TokenAuthority;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Passwords and tokens of every kind on every path, good and bad. That none of them stands in a
 * log, an event or a status is asked at the end of each {@link World}, by {@link PlantedSecrets}.
 */
@RealCluster
class SecretsIT {
  private static final String WRONG = PlantedSecrets.plant("a-password-that-is-wrong");
  private static final String LOOSE = PlantedSecrets.plant("a-password-in-no-base64-at-all");
  private static final String NOTED = PlantedSecrets.plant("a-password-in-the-name-of-a-host");

  @Test
  void saysNothingSecretWhateverIsWrongWithTheCredentials(ControlPlane cluster) {
    try (TokenAuthority tokens = TokenAuthority.start(Login.PULLER);
        RegistryServer registry = RegistryServer.startWithTokenAuth(tokens);
        World world = World.start(cluster, registry, "secrets", plainHttp(tokens.host()))) {
      PushedImage image = world.push("private/app", "1", "a");
      Map<String, String> reasons = plant(world, registry.host());
      for (String name : reasons.keySet()) {
        world.pin(name, image.reference(registry), "imagePullSecrets: [{name: " + name + "}]");
      }
      reasons.forEach((name, reason) -> {
        String status = reason.equals("Resolved") ? "True" : "False";
        world.awaitCondition(name, ConditionType.Resolved, status, reason);
      });
      assertThat(tokens.requests()).anyMatch(request -> request.startsWith("POST"));
    }
  }

  private static String plainHttp(String host) {
    return "- host: %s\n  plainHttp: true\n".formatted(host);
  }

  /** Secrets by name, and the reason that each comes to. */
  private static Map<String, String> plant(World world, String host) {
    Map<String, String> reasons = new LinkedHashMap<>();
    String entry = "{\"auths\":{\"%s\":{%s}}}";
    secret(world, "right", Login.PULLER.dockerConfigJson(host));
    reasons.put("right", "Resolved");
    secret(
        world,
        "identity",
        entry.formatted(host, "\"identitytoken\":\"" + TokenAuthority.IDENTITY_TOKEN + "\""));
    reasons.put("identity", "Resolved");
    String wrong = "\"username\":\"puller\",\"password\":\"" + WRONG + "\"";
    secret(world, "wrong", entry.formatted(host, wrong));
    reasons.put("wrong", "CredentialsRejected");
    secret(world, "loose", entry.formatted(host, "\"auth\":\"%%" + LOOSE + "\""));
    reasons.put("loose", "CredentialsInvalid");
    secret(
        world, "noted", entry.formatted("https://puller:" + NOTED + "@" + host, "\"auth\":\"\""));
    reasons.put("noted", "AuthenticationRequired");
    return reasons;
  }

  private static void secret(World world, String name, String dockerConfig) {
    world
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(world.namespace)
                .endMetadata()
                .withType("kubernetes.io/dockerconfigjson")
                .addToData(
                    ".dockerconfigjson",
                    Base64.getEncoder().encodeToString(dockerConfig.getBytes(UTF_8)))
                .build())
        .create();
  }
}
