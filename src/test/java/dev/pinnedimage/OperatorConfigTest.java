package dev.pinnedimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.notification.NotificationSettings;
import dev.pinnedimage.notification.NotificationSource;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.workload.FurtherKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorConfigTest {
  @TempDir Path directory;

  private OperatorConfig read(String yaml) throws IOException {
    return OperatorConfig.read(Files.writeString(file(), yaml));
  }

  private Path file() {
    return directory.resolve("config.yaml");
  }

  @Test
  void readsEveryKey() throws IOException {
    OperatorConfig config =
        read(
            """
            mode: Report
            namespaces: [web, shop]
            httpAddress: 127.0.0.1:0
            registries:
            - host: registry.local:5000
              plainHttp: true
            - host: registry.example.com
              allowPrivateAddresses: true
            notifications:
              address: 0.0.0.0:8090
              sources:
              - {name: quay, type: Quay, secretFile: secrets/quay, registry: quay.corp:8443}
            workloadKinds:
            - {apiVersion: argoproj.io/v1alpha1, kind: Rollout}
            - {apiVersion: example.com/v1, kind: Fleet, podSpec: spec.members.web.spec}
            """);
    assertThat(config.workloadKinds())
        .containsExactly(
            new FurtherKind("argoproj.io/v1alpha1", "Rollout", "spec.template.spec"),
            new FurtherKind("example.com/v1", "Fleet", "spec.members.web.spec"));

    assertThat(config.reportsOnly()).isTrue();
    assertThat(config.namespaces()).containsExactly("web", "shop");
    assertThat(config.httpAddress()).isEqualTo("127.0.0.1:0");
    assertThat(config.registries())
        .containsExactly(
            Fixtures.host(Map.of("host", "registry.local:5000", "plainHttp", true)),
            Fixtures.host(Map.of("host", "registry.example.com", "allowPrivateAddresses", true)));
    assertThat(config.notifications())
        .isEqualTo(
            new NotificationSettings(
                "0.0.0.0:8090",
                List.of(
                    new NotificationSource(
                        "quay", "Quay", Path.of("secrets/quay"), "quay.corp:8443"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "{}", "namespaces:\n", "# nothing yet\n"})
  void whatIsNotSaidIsTheDefault(String yaml) throws IOException {
    assertThat(read(yaml)).isEqualTo(OperatorConfig.DEFAULT);
    assertThat(read(yaml).reportsOnly()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          namespace: [web]                       | unknown key namespace; known here: httpAddress, mode, namespaces, notifications, registries, workloadKinds
          registries: [{host: a.io, http: true}] | unknown key registries[0].http; known here: aliases, allowPrivateAddresses, ambientIdentity, ambientNamespaces, caFile, clientCertificate, host, mirror, plainHttp, realmAllowed, requestsPerSecond
          notifications: {adress: 'a:1'}         | unknown key notifications.adress; known here: address, sources
          notifications: {sources: [~]}          | notifications has an empty entry: remove it
          notifications: {sources: [{name: a, secret: x}]} | unknown key notifications.sources[0].secret; known here: name, registry, secretFile, type
          notifications: {address: '8090'}       | notifications.address "8090" is not host:port, such as 0.0.0.0:8090
          mode: report                           | mode "report" is neither Enforce nor Report
          mode: [Report]                         | mode has the wrong type; see docs/configuration.md
          namespaces: web                        | namespaces has the wrong type; see docs/configuration.md
          registries: [{host: a.io, plainHttp: 'yes'}] | registries[0].plainHttp has the wrong type; see docs/configuration.md
          [1, 2]                                 | the file has the wrong type; see docs/configuration.md
          namespaces: [Web]                      | namespaces: "Web" is no namespace's name
          httpAddress: [8080]                    | httpAddress has the wrong type; see docs/configuration.md
          httpAddress: '8080'                    | httpAddress "8080" is not host:port, such as 0.0.0.0:8080
          httpAddress: localhost                 | httpAddress "localhost" is not host:port, such as 0.0.0.0:8080
          httpAddress: '0.0.0.0:65536'           | httpAddress "0.0.0.0:65536" is not host:port, such as 0.0.0.0:8080
          namespaces: [~]                        | the file has an empty entry: remove it
          registries: [~]                        | the file has an empty entry: remove it
          '{namespaces: [a], namespaces: [b]}'   | not valid YAML: Duplicate field 'namespaces'
          workloadKinds: [{kind: Rollout}]       | workloadKinds: every entry needs apiVersion and kind, such as argoproj.io/v1alpha1 and Rollout, and not "" and "Rollout"
          workloadKinds: [{apiVersion: a.io/v1, kind: A, podSpec: 'spec[0]'}] | workloadKinds: podSpec "spec[0]" of A is no path such as spec.template.spec
          workloadKinds: [{apiVersion: a.io/v1, kind: A, podSpec: /spec}] | workloadKinds: podSpec "/spec" of A is no path such as spec.template.spec
          workloadKinds: [{apiVersion: a.io/v1, kind: A}, {apiVersion: b.io/v1, kind: A}] | workloadKinds: A stands there twice, and status tells kinds apart by that name alone
          workloadKinds: [{apiVersion: apps/v1, kind: Deployment}] | workloadKinds: Deployment of apps/v1 is built in: remove the entry
          workloadKinds: [{apiVersion: batch.volcano.sh/v1alpha1, kind: Job}] | workloadKinds: Job of batch.volcano.sh/v1alpha1 has the name of a built-in kind, and status tells kinds apart by that name alone: remove the entry
          workloadKinds: [{apiVersion: a.io/v1, kind: A, path: spec}] | unknown key workloadKinds[0].path; known here: apiVersion, kind, podSpec
          registries: [{host: a.io}, {host: A.io}] | registries: "A.io" stands there twice
          registries: [{host: docker.io}, {host: index.docker.io}] | registries: "index.docker.io" stands there twice
          registries: [{plainHttp: true}]        | registries: every entry needs host: host[:port]
          registries: [{host: 'https://a.io'}]   | registries: "https://a.io" is not host[:port]
          registries: [{host: a.io}, {host: a.io}] | registries: "a.io" stands there twice
          registries: [{host: a.io, plainHttp: true, caFile: ca.pem}] | registries: "a.io" has both plainHttp and caFile; plain HTTP has no certificate
          """)
  void namesTheFileAndTheKeyInOneSentence(String yaml, String sentence) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(CannotStart.class)
        .hasMessage(file() + ": " + sentence);
  }

  @Test
  void saysWhereYamlBreaks() {
    assertThatThrownBy(() -> read("namespaces: [web\nhttpAddress: x"))
        .isInstanceOf(CannotStart.class)
        .message()
        .startsWith(file() + ": not valid YAML: ")
        .hasLineCount(1);
  }

  @Test
  void saysThatTheFileIsMissing() {
    Path missing = directory.resolve("missing.yaml");

    assertThatThrownBy(() -> OperatorConfig.read(missing))
        .isInstanceOf(CannotStart.class)
        .hasMessage("cannot read the configuration " + missing + ": check --config");
  }
}
