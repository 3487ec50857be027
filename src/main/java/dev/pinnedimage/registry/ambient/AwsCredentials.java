package dev.pinnedimage.registry.ambient;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ContainerCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsWebIdentityTokenFileCredentialsProvider;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Which of the pod's AWS identities counts. The SDK's default chain passes over one that fails and
 * ends at the node's role: an identity that was given to the pod is used, or is an error.
 */
record AwsCredentials(AwsCredentialsProvider provider, List<SdkAutoCloseable> toClose)
    implements AutoCloseable {
  static AwsCredentials find(Map<String, String> environment, Region region, SdkHttpClient http) {
    if (environment.containsKey("AWS_WEB_IDENTITY_TOKEN_FILE")
        && environment.containsKey("AWS_ROLE_ARN")) {
      return serviceAccountRole(environment, region, http);
    }
    if (environment.containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
      var podIdentity = ContainerCredentialsProvider.builder().build();
      return new AwsCredentials(podIdentity, List.of(podIdentity));
    }
    var chain = DefaultCredentialsProvider.builder().build();
    return new AwsCredentials(chain, List.of(chain));
  }

  /** IAM roles for service accounts: EKS's webhook sets these variables. */
  private static AwsCredentials serviceAccountRole(
      Map<String, String> environment, Region region, SdkHttpClient http) {
    StsClient sts =
        StsClient.builder()
            .region(Region.of(environment.getOrDefault("AWS_REGION", region.id())))
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .httpClient(http)
            .build();
    var role =
        StsWebIdentityTokenFileCredentialsProvider.builder()
            .stsClient(sts)
            .roleArn(environment.get("AWS_ROLE_ARN"))
            .roleSessionName("pinnedimage-operator")
            .webIdentityTokenFile(
                Path.of(Objects.requireNonNull(environment.get("AWS_WEB_IDENTITY_TOKEN_FILE"))))
            .build();
    return new AwsCredentials(role, List.of(role, sts));
  }

  @Override
  public void close() {
    toClose.forEach(SdkAutoCloseable::close);
  }
}
