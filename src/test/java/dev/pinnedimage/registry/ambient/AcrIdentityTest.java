package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.limit.Pace;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The recorded protocol, over TLS on loopback. Its source: "Microsoft identity platform and the
 * OAuth 2.0 client credentials flow" and https://azure.github.io/acr/AAD-OAuth.html.
 */
class AcrIdentityTest {
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  private static final String TOKEN = "POST /tenant-1/oauth2/v2.0/token";
  private static final String EXCHANGE = "POST /oauth2/exchange";
  private static final String HOST = "team.azurecr.io";

  @TempDir static Path directory;
  private static LoopbackTls tls;

  private final List<String> forms = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> environment = new HashMap<>();
  private ScriptedRegistry entra;
  private ScriptedRegistry registry;

  @BeforeAll
  static void makeCertificate() {
    tls = LoopbackTls.in(directory);
  }

  @BeforeEach
  void start() throws IOException {
    entra = tls.server();
    registry = tls.server();
    Path token = Files.writeString(directory.resolve("token"), "service.account.jwt\n");
    environment.put("AZURE_CLIENT_ID", "client-1");
    environment.put("AZURE_TENANT_ID", "tenant-1");
    environment.put("AZURE_FEDERATED_TOKEN_FILE", token.toString());
    environment.put("AZURE_AUTHORITY_HOST", "https://" + entra.authority() + "/");
    answer(
        entra,
        TOKEN,
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"entra+/token\"}");
    answer(
        registry,
        EXCHANGE,
        200,
        "{\"refresh_token\":\"%s\"}".formatted(jwt("{\"exp\":1795521600}")));
  }

  @AfterEach
  void stop() {
    entra.close();
    registry.close();
  }

  private void answer(ScriptedRegistry server, String request, int status, String body) {
    server.on(
        request,
        exchange -> {
          forms.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          ScriptedRegistry.answer(exchange, status, body, "Content-Type", "application/json");
        });
  }

  private static String jwt(String claims) {
    var encoder = Base64.getUrlEncoder().withoutPadding();
    return "e30." + encoder.encodeToString(claims.getBytes(UTF_8)) + ".c2ln";
  }

  private Acquired acquire() throws Exception {
    return acquire(Fixtures.settings(privately(entra), privately(registry)));
  }

  private static Map<String, ?> privately(ScriptedRegistry server) {
    return Map.of(
        "host", server.authority(),
        "allowPrivateAddresses", true,
        "caFile", tls.caFile().toString());
  }

  private Acquired acquire(RegistrySettings settings) throws Exception {
    var guard = new AddressGuard(settings, InetAddress::getAllByName);
    return new AcrIdentity(
            environment,
            host -> "https://" + registry.authority(),
            new Forms(guard, new Transport(settings, new Pace())),
            () -> NOW)
        .acquire(HOST);
  }

  private void assertRefused(String sentence) {
    assertThatThrownBy(this::acquire)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Failure.CREDENTIAL_HELPER_FAILED))
        .hasMessage(sentence);
  }

  @Test
  void exchangesThePodsTokenForTheRegistrysRefreshToken() throws Exception {
    Acquired acquired = acquire();

    assertThat(acquired.credential())
        .isEqualTo(new Credential.IdentityToken(jwt("{\"exp\":1795521600}")));
    assertThat(acquired.expiresAt()).isEqualTo(Instant.parse("2026-11-24T12:00:00Z"));
    assertThat(fields(forms.get(0)))
        .containsOnly(
            "client_assertion=service.account.jwt",
            "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
            "client_id=client-1",
            "grant_type=client_credentials",
            "scope=https%3A%2F%2Fcontainerregistry.azure.net%2F.default");
    assertThat(fields(forms.get(1)))
        .containsOnly(
            "access_token=entra%2B%2Ftoken",
            "grant_type=access_token", "service=" + HOST, "tenant=tenant-1");
  }

  private static List<String> fields(String form) {
    return List.of(form.split("&"));
  }

  @Test
  void asksForTheManagementScopeWhereTheTenantDoesNotKnowTheOther() throws Exception {
    answer(
        entra,
        TOKEN,
        400,
        "{\"error\":\"invalid_resource\",\"error_description\":\"AADSTS500011\"}");

    assertRefused(
        "Microsoft Entra refuses the operator's identity (status 400, invalid_resource): check its client id, tenant and federated credential");
    assertThat(forms).hasSize(2);
    assertThat(forms.get(1)).contains("scope=https%3A%2F%2Fmanagement.azure.com%2F.default");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          401 | {"error":"invalid_client","error_description":"AADSTS700213: hunter2"} | status 401, invalid_client
          400 | {"error":"say hunter2 <b>"}                                            | status 400, no error code
          503 | hunter2                                                                | status 503, no error code
          200 | {"expires_in":3599}                                                    | status 200, no error code
          302 | {}                                                                     | status 302, no error code
          """)
  void saysThatEntraRefusesAndRepeatsNothing(int status, String body, String said) {
    answer(entra, TOKEN, status, body);

    assertRefused(
        "Microsoft Entra refuses the operator's identity (%s): check its client id, tenant and federated credential"
            .formatted(said));
    assertThat(registry.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 200})
  void saysThatTheRegistryGivesNothing(int status) {
    answer(registry, EXCHANGE, status, "{\"errors\":[{\"message\":\"hunter2\"}]}");

    assertRefused(
        "team.azurecr.io gives nothing for the operator's identity (status %d): check that it has the role AcrPull there"
            .formatted(status));
  }

  @Test
  void readsNoMoreThan64KiB() {
    answer(registry, EXCHANGE, 200, "{\"refresh_token\":\"%s\"}".formatted("a".repeat(65 * 1024)));

    assertRefused(registry.authority() + " answers with more than 64 KiB");
  }

  @Test
  void asksARegistryAtAPrivateAddressOnlyWhereThatIsConfigured() {
    assertThatThrownBy(() -> acquire(Fixtures.settings(privately(entra))))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Failure.REGISTRY_NOT_ALLOWED));
    assertThat(registry.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',              PT15M",
    "a.b.c,           PT15M",
    "opaque,          PT15M",
    "{\"exp\":1795514400}, PT0S",
    "{\"exp\":1795600000}, PT3H",
  })
  void keepsARefreshTokenAsLongAsItSaysWithinReason(String token, Duration life) throws Exception {
    String sent = token.startsWith("{") ? jwt(token) : token.isEmpty() ? "x" : token;
    answer(registry, EXCHANGE, 200, "{\"refresh_token\":\"%s\"}".formatted(sent));

    assertThat(acquire().expiresAt()).isEqualTo(NOW.plus(life));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AZURE_CLIENT_ID            | AZURE_CLIENT_ID is missing from the operator's environment: its service account needs azure.workload.identity/client-id, its pods the label azure.workload.identity/use
          AZURE_TENANT_ID            | AZURE_TENANT_ID is missing from the operator's environment: its service account needs azure.workload.identity/client-id, its pods the label azure.workload.identity/use
          AZURE_FEDERATED_TOKEN_FILE | the file of AZURE_FEDERATED_TOKEN_FILE cannot be read
          """)
  void saysWhatTheEnvironmentLacks(String variable, String sentence) {
    environment.remove(variable);

    assertRefused(sentence);
    assertThat(entra.requests()).isEmpty();
  }

  @Test
  void saysThatEntraCannotBeReached() {
    entra.close();

    assertRefused(entra.authority() + " cannot be reached, or breaks off its answer");
  }

  @Test
  void sendsThePodsTokenOverTlsOnly() {
    environment.put("AZURE_AUTHORITY_HOST", "http://" + entra.authority() + "/");

    assertRefused("AZURE_AUTHORITY_HOST is not https://HOST/");
  }
}
