package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.registry.Json;
import java.util.Base64;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Artifact Registry (and Container Registry before it) publishes to the topic {@code gcr},
 * wrapped as Pub/Sub pushes it. A message that is none of theirs is no error: Pub/Sub would deliver
 * it again for days.
 *
 * @see <a
 *     href="https://cloud.google.com/artifact-registry/docs/configure-notifications">Notifications</a>
 * @see <a href="https://cloud.google.com/pubsub/docs/push">Push subscriptions</a>
 */
final class PubSubPayload {
  private PubSubPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    return decoded(text(body.path("message"), "data"))
        .flatMap(Json::object)
        .filter(message -> text(message, "action").equals("INSERT"))
        .map(message -> pushed(text(message, "tag"), host))
        .stream();
  }

  private static Optional<byte[]> decoded(String data) {
    try {
      return Optional.of(Base64.getDecoder().decode(data));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<Pushed> pushed(String image, Payload.Host host) {
    int path = image.indexOf('/');
    int tag = image.lastIndexOf(':');
    return path < 0 || tag < path
        ? Optional.empty()
        : Pushed.of(
            host.of(image.substring(0, path)),
            image.substring(path + 1, tag),
            image.substring(tag + 1));
  }
}
