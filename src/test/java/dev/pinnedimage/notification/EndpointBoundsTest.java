package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.notification.payload.Pushed;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is heard of whom. */
class EndpointBoundsTest extends EndpointHarness {
  private static final int BURST = 100;
  private static final int LIMIT = 256 * 1024;

  private static byte[] padded(int length) {
    return (HUB + " ".repeat(length - HUB.length())).getBytes(UTF_8);
  }

  @Test
  void takesABodyOf256KiBAndNoByteMore() throws Exception {
    assertThat(send("POST", "/hub/" + SECRET, padded(LIMIT)).statusCode()).isEqualTo(204);
    assertThat(send("POST", "/hub/" + SECRET, padded(LIMIT + 1)).statusCode()).isEqualTo(413);
    assertThat(send("POST", "/hub/" + SECRET, padded(4 * LIMIT)).statusCode()).isEqualTo(413);

    assertThat(heard).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void takesNothingButPosts(String method) throws Exception {
    HttpResponse<String> answer = send(method, "/hub/" + SECRET, HUB.getBytes(UTF_8));

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).hasValue("POST");
    assertThat(heard).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "[]",
        "null",
        "{\"repository\": ",
        "{} {}",
        "{\"repository\": {\"repo_name\": \"a/b\", \"repo_name\": \"c/d\"}}",
      })
  void refusesWhatIsNoJsonObject(String body) throws Exception {
    assertThat(post("/hub/" + SECRET, body).statusCode()).isEqualTo(400);
    assertThat(heard).isEmpty();
  }

  @Test
  void refusesJsonThatIsNestedTooDeeply() throws Exception {
    String body = "{\"a\":".repeat(40) + "1" + "}".repeat(40);

    assertThat(post("/hub/" + SECRET, body).statusCode()).isEqualTo(400);
  }

  @Test
  void takesWhatHoldsNoPushWithoutAnError() throws Exception {
    assertThat(post("/hub/" + SECRET, "{}").statusCode()).isEqualTo(204);
    assertThat(heard).isEmpty();
  }

  @Test
  void hearsASourceAHundredTimesAtOnceAndThenTwentyTimesASecond() throws Exception {
    assertThat(accepted(BURST + 5)).isEqualTo(BURST);

    HttpResponse<String> answer = post("/hub/" + SECRET, HUB);
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");

    now = now.plus(Duration.ofSeconds(1));
    assertThat(accepted(25)).isEqualTo(20);
  }

  @Test
  void letsNoSourceAndNoStrangerUseUpTheRateOfAnother() throws Exception {
    for (int i = 0; i < BURST + 1; i++) {
      post("/hub/" + SECRET, HUB);
      post("/harbor", HARBOR, "Authorization: Bearer wrong");
    }
    heard.clear();

    assertThat(post("/harbor", HARBOR, "Authorization: Bearer " + SECRET).statusCode())
        .isEqualTo(204);
    assertThat(heard).containsExactly(new Pushed("harbor.corp", "team/web", "1"));
  }

  private int accepted(int tries) throws Exception {
    int accepted = 0;
    for (int i = 0; i < tries; i++) {
      accepted += post("/hub/" + SECRET, HUB).statusCode() == 204 ? 1 : 0;
    }
    return accepted;
  }
}
