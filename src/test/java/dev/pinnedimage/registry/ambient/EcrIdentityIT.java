package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * AWS's SDK against its recorded protocols on loopback. Their source: GetAuthorizationToken in
 * Amazon ECR's and AssumeRoleWithWebIdentity in AWS STS's API reference, "Container credential
 * provider" in the SDKs' reference guide.
 */
class EcrIdentityIT {
  private static final String ROLE =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>ASIAROLE</AccessKeyId>
            <SecretAccessKey>role-secret</SecretAccessKey>
            <SessionToken>role-session</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;
  private static final String NO_ROLE =
      "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>hunter2</Message></Error></ErrorResponse>";
  private static final String POD =
      "{\"AccessKeyId\":\"ASIAPOD\",\"SecretAccessKey\":\"pod-secret\",\"Token\":\"pod-session\",\"Expiration\":\"2099-01-01T00:00:00Z\"}";

  @TempDir Path home;
  private final List<String> forms = new CopyOnWriteArrayList<>();
  private final Queue<String> ecrRefuses = new ConcurrentLinkedQueue<>();
  private ScriptedRegistry ecr;
  private ScriptedRegistry sts;

  @BeforeEach
  void start() throws IOException {
    sts = new ScriptedRegistry().on("POST /", exchange -> answerForm(exchange, 200, ROLE));
    ecr = new ScriptedRegistry().on("POST /", this::answerEcr);
  }

  @AfterEach
  void stop() {
    sts.close();
    ecr.close();
  }

  private void answerForm(HttpExchange exchange, int status, String body) throws IOException {
    forms.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    ScriptedRegistry.answer(exchange, status, body, "Content-Type", "text/xml");
  }

  private void answerEcr(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    assertThat(target).isEqualTo("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken");
    String error = ecrRefuses.poll();
    ScriptedRegistry.answer(
        exchange,
        error == null ? 200 : 400,
        error == null ? password() : "{\"__type\":\"%s\",\"message\":\"hunter2\"}".formatted(error),
        "Content-Type",
        "application/x-amz-json-1.1");
  }

  private static String password() {
    return "{\"authorizationData\":[{\"authorizationToken\":\"%s\",\"expiresAt\":4070908800}]}"
        .formatted(Base64.getEncoder().encodeToString("AWS:ecr-password".getBytes(UTF_8)));
  }

  private IdentityProcess serviceAccountRole() throws IOException {
    Path token = Files.writeString(home.resolve("token"), "service.account.jwt");
    return IdentityProcess.start(
        home,
        Map.of(
            "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pinnedimage",
            "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
            "AWS_ENDPOINT_URL_STS", IdentityProcess.url(sts.authority(), ""),
            "AWS_ENDPOINT_URL_ECR", IdentityProcess.url(ecr.authority(), ""),
            "AWS_EC2_METADATA_DISABLED", "true"));
  }

  private static String host(int account) {
    return "12345678901%d.dkr.ecr.eu-west-1.amazonaws.com".formatted(account);
  }

  @Test
  void takesTheRoleOfTheServiceAccount() throws Exception {
    try (IdentityProcess process = serviceAccountRole()) {
      assertThat(process.ask("ECR", host(2))).isEqualTo("AWS:ecr-password");
      assertThat(process.ask("ECR", host(2))).isEqualTo("AWS:ecr-password");
    }
    assertThat(sts.requests()).hasSize(1);
    assertThat(forms.getFirst())
        .contains(
            "Action=AssumeRoleWithWebIdentity",
            "RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpinnedimage",
            "WebIdentityToken=service.account.jwt");
    assertThat(ecr.authorizations())
        .singleElement()
        .asString()
        .startsWith("AWS4-HMAC-SHA256 Credential=ASIAROLE/")
        .contains("/eu-west-1/ecr/aws4_request");
  }

  @Test
  void saysWhoRefusesTheRoleAndNeverFallsBackToTheNodes() throws Exception {
    sts.on("POST /", exchange -> answerForm(exchange, 403, NO_ROLE));

    try (IdentityProcess process = serviceAccountRole()) {
      assertThat(process.ask("ECR", host(2)))
          .isEqualTo(
              "CredentialHelperFailed: AWS STS refuses the operator's identity (AccessDenied): check the trust and the permissions of its role");
    }
    assertThat(ecr.requests()).isEmpty();
  }

  @Test
  void saysThatEcrRefusesOrThrottlesAndTriesAThrottledCallAgain() throws Exception {
    try (IdentityProcess process = serviceAccountRole()) {
      ecrRefuses.add("AccessDeniedException");
      assertThat(process.ask("ECR", host(1)))
          .isEqualTo(
              "CredentialHelperFailed: AWS ECR refuses the operator's identity (AccessDeniedException): check the trust and the permissions of its role");

      ecrRefuses.add("ThrottlingException");
      assertThat(process.ask("ECR", host(2))).isEqualTo("AWS:ecr-password");

      ecrRefuses.addAll(
          List.of("ThrottlingException", "ThrottlingException", "ThrottlingException"));
      ecrRefuses.addAll(
          List.of("ThrottlingException", "ThrottlingException", "ThrottlingException"));
      assertThat(process.ask("ECR", host(3)))
          .isEqualTo(
              "CredentialHelperFailed: AWS ECR throttles the operator (ThrottlingException)");
    }
  }

  @Test
  void takesThePodIdentity() throws Exception {
    ScriptedRegistry agent =
        new ScriptedRegistry()
            .on("GET /v1/credentials", exchange -> ScriptedRegistry.answer(exchange, 200, POD));
    Path token = Files.writeString(home.resolve("pod-token"), "pod.jwt");
    try (agent;
        IdentityProcess process =
            IdentityProcess.start(
                home,
                Map.of(
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                    IdentityProcess.url(agent.authority(), "/v1/credentials"),
                    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                    token.toString(),
                    "AWS_ENDPOINT_URL_ECR",
                    IdentityProcess.url(ecr.authority(), "")))) {
      assertThat(process.ask("ECR", host(2))).isEqualTo("AWS:ecr-password");
      assertThat(agent.authorizations()).containsOnly("pod.jwt");
    }
    assertThat(ecr.authorizations()).singleElement().asString().contains("Credential=ASIAPOD/");
  }

  @Test
  void saysThatThePodHasNoIdentity() throws Exception {
    try (IdentityProcess process =
        IdentityProcess.start(home, Map.of("AWS_EC2_METADATA_DISABLED", "true"))) {
      assertThat(process.ask("ECR", host(2)))
          .startsWith("CredentialHelperFailed: AWS cannot be asked for the operator's identity at")
          .contains("the operator's pod has none");
    }
  }
}
