package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.notification.payload.Pushed;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is heard. */
class AuthenticationTest extends EndpointHarness {
  private static String signature(String secret, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    return "X-Hub-Signature-256: sha256="
        + HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
  }

  @Test
  void hearsWhoKnowsThePath() throws Exception {
    assertThat(post("/hub/" + SECRET, HUB).statusCode()).isEqualTo(204);

    assertThat(heard).containsExactly(new Pushed("docker.io", "team/web", "1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + SECRET, "bearer " + SECRET, SECRET})
  void hearsWhoSendsTheSecret(String authorization) throws Exception {
    HttpResponse<String> answer = post("/harbor", HARBOR, "Authorization: " + authorization);

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(heard).containsExactly(new Pushed("harbor.corp", "team/web", "1"));
  }

  @Test
  void hearsWhoSignsTheBody() throws Exception {
    assertThat(post("/github", PACKAGE, signature(SECRET, PACKAGE)).statusCode()).isEqualTo(204);

    assertThat(heard).containsExactly(new Pushed("ghcr.io", "team/web", null));
  }

  /** The example that GitHub's documentation gives for testing an implementation. */
  @Test
  void signsAsGitHubDocumentsIt() throws Exception {
    assertThat(signature("It's a Secret to Everybody", "Hello, World!"))
        .endsWith("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
  }

  @Test
  void hearsNobodyWhoSignsAnotherBodyOrByAnotherKey() throws Exception {
    String another = SECRET.replace('Z', 'z');

    assertThat(post("/github", PACKAGE, signature(SECRET, HARBOR)).statusCode()).isEqualTo(401);
    assertThat(post("/github", PACKAGE, signature(another, PACKAGE)).statusCode()).isEqualTo(401);
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-None: 1",
        "Authorization: Bearer",
        "Authorization: Bearer " + SECRET + "x",
        "Authorization: Bearer Zq7-one_secret.for~all_of_these_test",
        "Authorization: Basic " + SECRET,
        "X-Hub-Signature-256: sha256=00",
        "X-Hub-Signature-256: " + SECRET,
      })
  void hearsNobodyWithoutTheSecret(String header) throws Exception {
    assertThat(post("/harbor", HARBOR, header).statusCode()).isEqualTo(401);
    assertThat(post("/github", PACKAGE, header).statusCode()).isEqualTo(401);
    assertThat(heard).isEmpty();
  }

  @Test
  void takesNoProofThatIsNotTheSourcesOwn() throws Exception {
    String bearer = "Authorization: Bearer " + SECRET;

    assertThat(post("/hub", HUB, bearer).statusCode()).isEqualTo(404);
    assertThat(post("/harbor/" + SECRET, HARBOR).statusCode()).isEqualTo(404);
    assertThat(post("/github", PACKAGE, bearer).statusCode()).isEqualTo(401);
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/hub/Zq7-one_secret.for~all_of_these_test",
        "/hub/" + SECRET + "/",
        "/hub//" + SECRET,
        "/hub/" + SECRET + "%20",
        "/hub/",
        "/hub",
        "/",
        "/nobody",
        "/nobody/" + SECRET,
        "/readyz",
      })
  void answersAWrongTokenAsAnUnknownSource(String path) throws Exception {
    HttpResponse<String> unknown = post("/nothing/at-all", HUB);
    HttpResponse<String> answer = post(path, HUB);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).isEqualTo(unknown.body()).isEmpty();
    assertThat(answer.headers().map().keySet()).isEqualTo(unknown.headers().map().keySet());
    assertThat(heard).isEmpty();
  }

  @Test
  void takesUpANewSecretWithinASecondAndDropsTheOldOne() throws Exception {
    String next = "another-secret-of-thirty-two-characters";
    Files.writeString(secretFile("hub"), next);
    now = now.plus(Duration.ofSeconds(1));

    assertThat(post("/hub/" + SECRET, HUB).statusCode()).isEqualTo(404);
    assertThat(post("/hub/" + next, HUB).statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "has a space in its middle, and is long enough"})
  void keepsTheLastGoodSecretWhileItsFileIsBroken(String broken) throws Exception {
    Files.writeString(secretFile("hub"), broken);
    now = now.plus(Duration.ofSeconds(1));

    assertThat(post("/hub/" + SECRET, HUB).statusCode()).isEqualTo(204);
    assertThat(post("/hub/" + broken.replace(" ", "%20"), HUB).statusCode()).isEqualTo(404);
  }

  @Test
  void keepsTheLastGoodSecretWhileItsFileIsGone() throws Exception {
    Files.delete(secretFile("hub"));
    now = now.plus(Duration.ofSeconds(1));

    assertThat(post("/hub/" + SECRET, HUB).statusCode()).isEqualTo(204);
  }
}
