package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Quay's "Push to Repository". Its other notifications name no {@code updated_tags}.
 *
 * @see <a
 *     href="https://docs.redhat.com/en/documentation/red_hat_quay/3.4/html/use_red_hat_quay/repository_notifications">Repository
 *     notifications</a>
 */
final class QuayPayload {
  private QuayPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    String[] image = text(body, "docker_url").split("/", 2);
    if (image.length < 2) {
      return Stream.empty();
    }
    return Payload.events(body.path("updated_tags"))
        .filter(tag -> tag.isTextual() && !tag.textValue().isEmpty())
        .map(tag -> Pushed.of(host.of(image[0]), image[1], tag.textValue()));
  }
}
