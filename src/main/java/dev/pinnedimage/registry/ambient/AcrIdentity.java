package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Azure Container Registry: the pod's service account token for a token of Microsoft Entra
 * (client_credentials with a client_assertion), and that for the registry's own refresh token
 * ({@code /oauth2/exchange}; "Azure Container Registry integration with Azure Active Directory").
 */
final class AcrIdentity implements Identity {
  private static final String SCOPE = "https://containerregistry.azure.net/.default";
  private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
  private static final int MAX_TOKEN_BYTES = 64 * 1024;

  /** Of the refresh token, where it does not say. */
  private static final Duration SHORT_LIFE = Duration.ofMinutes(15);

  private static final Duration LONGEST_LIFE = Duration.ofHours(3);

  private final Map<String, String> environment;
  private final UnaryOperator<String> baseUrl;
  private final Forms forms;
  private final InstantSource clock;

  AcrIdentity(
      Map<String, String> environment,
      UnaryOperator<String> baseUrl,
      Forms forms,
      InstantSource clock) {
    this.environment = environment;
    this.baseUrl = baseUrl;
    this.forms = forms;
    this.clock = clock;
  }

  @Override
  public Acquired acquire(String host) throws Refusal, InterruptedException {
    Forms.Answer entra = login(SCOPE);
    if (entra.text("error").equals("invalid_resource")
        || entra.text("error").equals("invalid_scope")) {
      // A tenant in which the registry's own application was never used.
      entra = login(managementScope(host));
    }
    if (!entra.isGood() || entra.text("access_token").isEmpty()) {
      throw Failures.because(
          "Microsoft Entra refuses the operator's identity (status %d, %s): check its client id, tenant and federated credential",
          entra.status(), Failures.code(entra.text("error")));
    }
    return exchanged(host, entra.text("access_token"));
  }

  private Forms.Answer login(String scope) throws Refusal, InterruptedException {
    return forms.post(
        authority().resolve(variable("AZURE_TENANT_ID") + "/oauth2/v2.0/token"),
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            variable("AZURE_CLIENT_ID"),
            "client_assertion_type",
            JWT_BEARER,
            "client_assertion",
            serviceAccountToken(),
            "scope",
            scope));
  }

  private Acquired exchanged(String host, String accessToken) throws Refusal, InterruptedException {
    Forms.Answer registry =
        forms.post(
            URI.create(baseUrl.apply(host) + "/oauth2/exchange"),
            Map.of(
                "grant_type",
                "access_token",
                "service",
                host,
                "tenant",
                variable("AZURE_TENANT_ID"),
                "access_token",
                accessToken));
    String token = registry.text("refresh_token");
    if (!registry.isGood() || token.isEmpty()) {
      throw Failures.because(
          "%s gives nothing for the operator's identity (status %d): check that it has the role AcrPull there",
          host, registry.status());
    }
    return new Acquired(new Credential.IdentityToken(token), expiry(token));
  }

  private static String managementScope(String host) {
    String management =
        host.endsWith(".cn")
            ? "management.chinacloudapi.cn"
            : host.endsWith(".us") ? "management.usgovcloudapi.net" : "management.azure.com";
    return "https://" + management + "/.default";
  }

  private URI authority() throws Refusal {
    String authority =
        environment.getOrDefault("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com/");
    if (!authority.matches("https://[A-Za-z0-9.:-]+/?")) {
      throw Failures.because("AZURE_AUTHORITY_HOST is not https://HOST/");
    }
    return URI.create(authority.endsWith("/") ? authority : authority + "/");
  }

  private String variable(String name) throws Refusal {
    String value = environment.getOrDefault(name, "");
    if (!value.matches("[A-Za-z0-9.-]{1,255}")) {
      throw Failures.because(
          "%s is missing from the operator's environment: its service account needs azure.workload.identity/client-id, its pods the label azure.workload.identity/use",
          name);
    }
    return value;
  }

  private String serviceAccountToken() throws Refusal {
    String file = environment.getOrDefault("AZURE_FEDERATED_TOKEN_FILE", "");
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return new String(in.readNBytes(MAX_TOKEN_BYTES), UTF_8).strip();
    } catch (IOException e) {
      throw Failures.because("the file of AZURE_FEDERATED_TOKEN_FILE cannot be read");
    }
  }

  /** Its {@code exp} (RFC 7519), unverified: it decides on nothing but when to ask again. */
  private Instant expiry(String jwt) {
    Instant now = clock.instant();
    Instant said = claimedExpiry(jwt).orElse(now.plus(SHORT_LIFE));
    Instant latest = now.plus(LONGEST_LIFE);
    return said.isAfter(latest) ? latest : said;
  }

  private static Optional<Instant> claimedExpiry(String jwt) {
    String[] parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      return Json.object(Base64.getUrlDecoder().decode(parts[1]))
          .map(claims -> claims.path("exp"))
          .filter(exp -> exp.canConvertToInt())
          .map(exp -> Instant.ofEpochSecond(exp.longValue()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
