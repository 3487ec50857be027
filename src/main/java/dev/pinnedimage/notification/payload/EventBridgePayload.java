package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Amazon ECR's "ECR Image Action" as EventBridge passes it on. It names account and region; the
 * host is made of them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html">Events</a>
 */
final class EventBridgePayload {
  private static final Pattern ACCOUNT = Pattern.compile("[0-9]{12}");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,32}");

  private EventBridgePayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    JsonNode detail = body.path("detail");
    boolean isPush =
        text(body, "detail-type").equals("ECR Image Action")
            && text(detail, "action-type").equals("PUSH")
            && text(detail, "result").equals("SUCCESS");
    // Without a tag it is one platform's manifest of an index.
    if (!isPush || text(detail, "image-tag").isEmpty()) {
      return Stream.empty();
    }
    return Stream.of(
        registry(text(body, "account"), text(body, "region"))
            .flatMap(registry ->
                Pushed.of(
                    host.of(registry),
                    text(detail, "repository-name"),
                    text(detail, "image-tag"))));
  }

  private static Optional<String> registry(String account, String region) {
    if (!ACCOUNT.matcher(account).matches() || !REGION.matcher(region).matches()) {
      return Optional.empty();
    }
    String domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
    return Optional.of(account + ".dkr.ecr." + region + "." + domain);
  }
}
