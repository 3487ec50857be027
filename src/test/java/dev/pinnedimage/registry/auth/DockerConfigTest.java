package dev.pinnedimage.registry.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
  @ParameterizedTest(name = "{0} for {1}: {2}")
  @CsvSource({
    "quay.io,                        quay.io/a/b,               true",
    "QUAY.io,                        quay.io/a/b,               true",
    "https://quay.io,                quay.io/a/b,               true",
    "http://quay.io,                 quay.io/a/b,               true",
    "https://quay.io/v1/,            quay.io/a/b,               true",
    "https://quay.io/v2/,            quay.io/a/b,               true",
    "quay.io/v2/a,                   quay.io/a/b,               true",
    "quay.io/,                       quay.io/a/b,               true",
    "quay.io/a,                      quay.io/a/b,               true",
    "quay.io/a,                      quay.io/ab/c,              true",
    "quay.io/x,                      quay.io/a/b,               false",
    "quay.io,                        quay.io:5000/a/b,          false",
    "quay.io:5000,                   quay.io:5000/a/b,          true",
    "quay.io:5000,                   quay.io:5001/a/b,          false",
    "*.registry.io,                  eu.registry.io/a,          true",
    "*.registry.io,                  registry.io/a,             false",
    "*.registry.io,                  a.b.registry.io/a,         false",
    "eu*.registry.io,                eu-west.registry.io/a,     true",
    "*.*.registry.io,                a.b.registry.io/a,         true",
    "*u*t.registry.io,               eu-west.registry.io/a,     true",
    "*u*x.registry.io,               eu-west.registry.io/a,     false",
    "**.registry.io,                 eu.registry.io/a,          true",
    "*a*a*a*a*a*a*a*a*a*a*b.io,      aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac.io/a, false",
    "e?.registry.io,                 eu.registry.io/a,          true",
    "*.registry.io:5000,             eu.registry.io:5000/a,     true",
    "https://index.docker.io/v1/,    nginx,                     true",
    "https://index.docker.io/v1/,    docker.io/team/app,        true",
    "docker.io,                      nginx,                     true",
    "registry-1.docker.io,           nginx,                     true",
    "docker.io/team,                 docker.io/team/app,        true",
    "docker.io/team,                 nginx,                     false",
    "https://index.docker.io/v1/,    quay.io/a/b,               false",
  })
  void matchesAsTheKubeletDoes(String key, String image, boolean matches) {
    DockerConfig config = DockerConfig.parseLegacy(bytes("{\"" + key + "\":" + auth("u:p") + "}"));

    assertThat(config.credentialsFor(reference(image)).isEmpty()).isNotEqualTo(matches);
  }

  @Test
  void prefersTheLongestPathThenTheExactHost() {
    DockerConfig config =
        config(
            "\"*.io\":%s,\"quay.io\":%s,\"quay.io/team/app\":%s,\"quay.io/team\":%s"
                .formatted(auth("glob:p"), auth("host:p"), auth("app:p"), auth("team:p")));

    assertThat(config.credentialsFor(reference("quay.io/team/app"))).startsWith(basic("app"));
    assertThat(config.credentialsFor(reference("quay.io/team/other"))).startsWith(basic("team"));
    assertThat(config.credentialsFor(reference("quay.io/x"))).startsWith(basic("host"));
    assertThat(config.credentialsFor(reference("ghcr.io/x"))).startsWith(basic("glob"));
  }

  @Test
  void readsUsernameAndPasswordToo() {
    assertThat(
            config("\"quay.io\":{\"username\":\"u\",\"password\":\"p:q\",\"email\":\"e\"}")
                .credentialsFor(reference("quay.io/a")))
        .contains(new Credential.Basic("u", "p:q"));
  }

  @Test
  void keepsColonsOfThePasswordAndAllowsMissingPadding() {
    String unpadded = Base64.getEncoder().withoutPadding().encodeToString(bytes("u:p:q:r"));

    assertThat(
            config("\"quay.io\":{\"auth\":\" " + unpadded + " \"}")
                .credentialsFor(reference("quay.io/a")))
        .contains(new Credential.Basic("u", "p:q:r"));
  }

  @Test
  void skipsTheEmptyEntryThatACredentialHelperLeavesBehind() {
    String json = "{\"auths\":{\"quay.io\":{}},\"credsStore\":\"desktop\",\"credHelpers\":{}}";

    assertThat(DockerConfig.parse(bytes(json)).credentialsFor(reference("quay.io/a"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"auth\":\"?secret?\"}",
        "{\"auth\":\"c2VjcmV0\"}",
        "{\"auth\":5}",
        "{\"password\":{}}",
        "{\"identitytoken\":[\"secret?\"]}",
        "\"secret\"",
        "null"
      })
  void callsAnEntryThatMatchesButCannotBeReadMalformed(String entry) {
    DockerConfig config = config("\"quay.io\":" + entry);

    assertThat(config.credentialsFor(reference("ghcr.io/a"))).isEmpty();
    assertThatThrownBy(() -> config.credentialsFor(reference("quay.io/a")))
        .isInstanceOf(MalformedPullSecret.class)
        .hasMessageStartingWith("the secret's entry for quay.io ")
        .hasMessageNotContaining("secret?")
        .hasMessageNotContaining("c2Vj");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hunter2", "[]", "{\"auths\":[]}", "{}", "{\"auths\":{},\"auths\":{}}"})
  void refusesWhatIsNoDockerConfigWithoutQuotingIt(String json) {
    assertThatThrownBy(() -> DockerConfig.parse(bytes(json)))
        .isInstanceOf(MalformedPullSecret.class)
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void refusesMoreThanAMebibyte() {
    assertThatThrownBy(() -> DockerConfig.parseLegacy(new byte[1024 * 1024 + 1]))
        .hasMessageContaining("1 MiB");
  }

  @Test
  void readsAnIdentityTokenBeforeAnythingElse() {
    String entry = "{\"auth\":\"dTpw\",\"username\":null,\"identitytoken\":\"hunter2\"}";

    assertThat(config("\"quay.io\":" + entry).credentialsFor(reference("quay.io/a")))
        .containsExactly(new Credential.IdentityToken("hunter2"))
        .allSatisfy(found -> assertThat(found.toString()).doesNotContain("hunter2"));
  }

  @Test
  void neverPrintsASecret() {
    Credential credential = new Credential.Basic("user", "hunter2");
    Query query = new Query(reference("quay.io/a"), credential);

    assertThat(credential.toString() + query + config("\"quay.io\":" + auth("user:hunter2")))
        .doesNotContain("hunter2");
  }

  private static DockerConfig config(String auths) {
    return DockerConfig.parse(bytes("{\"auths\":{" + auths + "}}"));
  }

  private static String auth(String pair) {
    return "{\"auth\":\"" + Base64.getEncoder().encodeToString(bytes(pair)) + "\"}";
  }

  private static Credential basic(String username) {
    return new Credential.Basic(username, "p");
  }

  private static ImageReference reference(String image) {
    return ImageReference.parse(image).orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
