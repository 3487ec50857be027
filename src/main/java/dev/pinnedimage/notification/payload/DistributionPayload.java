package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An envelope of the CNCF distribution registry. Only pushes by tag count: the blobs and the
 * platforms' manifests before it change no tag, and would use up the look of that second.
 *
 * @see <a href="https://distribution.github.io/distribution/about/notifications/">Notifications</a>
 */
final class DistributionPayload {
  private DistributionPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode envelope, Payload.Host host) {
    return Payload.events(envelope.path("events"))
        .filter(event -> text(event, "action").equals("push"))
        .filter(event -> !text(event.path("target"), "tag").isEmpty())
        .map(event -> pushed(event, host));
  }

  private static Optional<Pushed> pushed(JsonNode event, Payload.Host host) {
    JsonNode target = event.path("target");
    return Pushed.of(
        host.of(text(event.path("request"), "host")),
        text(target, "repository"),
        text(target, "tag"));
  }
}
