package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.CloudRegistry;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.InvalidSettings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudRegistryTest {
  @ParameterizedTest
  @CsvSource({
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com,             123456789012, eu-west-1,     .,",
    "123456789012.DKR.ECR.EU-WEST-1.AMAZONAWS.COM,             123456789012, eu-west-1,     .,",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,         123456789012, cn-north-1,    .,",
    "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com,    123456789012, us-gov-west-1, ., -fips",
    "123456789012.dkr-ecr.us-west-2.on.aws,                    123456789012, us-west-2,     -,",
    "123456789012.dkr-ecr-fips.us-east-1.on.aws,               123456789012, us-east-1,     -, -fips",
    "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn, 123456789012, cn-north-1, -,",
  })
  void readsAccountAndRegionFromEcrsHost(
      String host, String account, String region, String stack, String fips) {
    var registry = CloudRegistry.ECR.registry(host).orElseThrow();

    assertThat(registry.group("account")).isEqualTo(account);
    assertThat(registry.group("region")).isEqualTo(region);
    assertThat(registry.group("stack")).isEqualTo(stack);
    assertThat(registry.group("fips")).isEqualTo(fips);
  }

  @ParameterizedTest
  @CsvSource({
    "ECR, public.ecr.aws,                                       false",
    "ECR, 12345.dkr.ecr.eu-west-1.amazonaws.com,                false",
    "ECR, 123456789012.dkr.ecr.eu-west-1.amazonaws.com:443,     false",
    "ECR, 123456789012.dkr.ecr.a.b.amazonaws.com,               false",
    "GAR, europe-west3-docker.pkg.dev,                          true",
    "GAR, gcr.io,                                               true",
    "GAR, eu.gcr.io,                                            true",
    "GAR, evilgcr.io,                                           false",
    "GAR, pkg.dev.example.com,                                  false",
    "ACR, team.azurecr.io,                                      true",
    "ACR, team.germanywestcentral.data.azurecr.io,              true",
    "ACR, team.azurecr.cn,                                      true",
    "ACR, azurecr.io,                                           false",
    "ACR, team.azurecr.io.example.com,                          false",
  })
  void knowsTheHostsOfEachCloud(CloudRegistry cloud, String host, boolean its) {
    assertThat(cloud.registry(host).isPresent()).isEqualTo(its);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ECR | a.io            | false | registries: "a.io" has ambientIdentity ECR, which is for ACCOUNT.dkr.ecr.REGION.amazonaws.com only
          GAR | a.io            | false | registries: "a.io" has ambientIdentity GAR, which is for gcr.io and *.pkg.dev only
          ACR | team.azurecr.io | true  | registries: "team.azurecr.io" has both plainHttp and ambientIdentity ACR, which is never sent plain
          """)
  void aConfigurationThatWouldShowItElsewhereIsRefused(
      String identity, String host, boolean plainHttp, String sentence) {
    var entry = Map.of("host", host, "ambientIdentity", identity, "plainHttp", plainHttp);

    assertThatThrownBy(() -> Fixtures.settings(entry))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(sentence);
  }

  @Test
  void aProgramMayBeNamedForAnyHost() {
    var entry = Map.of("host", "a.io", "ambientIdentity", "docker-credential-ecr-login");

    assertThat(Fixtures.settings(entry).host("a.io").ambientIdentity())
        .isEqualTo("docker-credential-ecr-login");
  }
}
