package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.registry.CloudRegistry;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.AuthorizationData;

/**
 * Amazon ECR: the pod's AWS identity, in exchange for a password that holds for 12 hours
 * (GetAuthorizationToken of ECR's API reference). It is good for every registry that the identity
 * may read; which account is meant, the host says.
 */
final class EcrIdentity implements Identity {
  private static final String USER = "AWS:";

  private final Map<String, String> environment;
  private final Connections connections;

  EcrIdentity(Map<String, String> environment, Connections connections) {
    this.environment = environment;
    this.connections = connections;
  }

  @Override
  public Acquired acquire(String host) throws Refusal {
    Matcher registry =
        CloudRegistry.ECR
            .registry(host)
            .orElseThrow(() -> Failures.because("%s is no host of ECR", host));
    Region region = Region.of(registry.group("region"));
    try (SdkHttpClient http = UrlConnectionHttpClient.create(connections::open);
        AwsCredentials credentials = AwsCredentials.find(environment, region, http);
        EcrClient ecr = client(registry, region, credentials, http)) {
      return acquired(ecr.getAuthorizationToken().authorizationData().getFirst(), host);
    } catch (AwsServiceException e) {
      throw refused(e);
    } catch (SdkException e) {
      throw Failures.because(
          "AWS cannot be asked for the operator's identity at %s: the operator's pod has none (see the role of its service account), or the AWS endpoint in %s is not to be reached",
          host, region);
    }
  }

  private static EcrClient client(
      Matcher registry, Region region, AwsCredentials credentials, SdkHttpClient http) {
    return EcrClient.builder()
        .region(region)
        .fipsEnabled(registry.group("fips") != null)
        .dualstackEnabled(registry.group("stack").equals("-"))
        .credentialsProvider(credentials.provider())
        .httpClient(http)
        .build();
  }

  private static Acquired acquired(AuthorizationData data, String host) throws Refusal {
    String pair = new String(Base64.getDecoder().decode(data.authorizationToken()), UTF_8);
    if (!pair.startsWith(USER)) {
      throw Failures.because("AWS answered for %s with something that is no password", host);
    }
    String password = pair.substring(USER.length());
    return new Acquired(
        new Credential.Basic("AWS", password), Objects.requireNonNull(data.expiresAt()));
  }

  /** STS for the role, ECR for the password; the message itself is AWS's and stays there. */
  private static Refusal refused(AwsServiceException e) {
    var details = e.awsErrorDetails();
    String service =
        details == null
            ? "AWS"
            : "AWS " + Failures.code(details.serviceName()).toUpperCase(Locale.ROOT);
    String code = details == null ? "no error code" : Failures.code(details.errorCode());
    return e.isThrottlingException()
        ? Failures.because("%s throttles the operator (%s)", service, code)
        : Failures.because(
            "%s refuses the operator's identity (%s): check the trust and the permissions of its role",
            service, code);
  }
}
