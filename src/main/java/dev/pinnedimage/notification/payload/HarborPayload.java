package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Harbor's "Artifact pushed", in its default format and as a CloudEvent. A manifest that was pushed
 * by digest carries the digest where the tag stands, and moves none.
 *
 * @see <a
 *     href="https://goharbor.io/docs/latest/working-with-projects/project-configuration/configure-webhooks/">Webhooks</a>
 */
final class HarborPayload {
  private HarborPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    JsonNode data =
        switch (text(body, "type")) {
          case "PUSH_ARTIFACT" -> body.path("event_data");
          case "harbor.artifact.pushed" -> body.path("data");
          default -> body.path("");
        };
    String repository = text(data.path("repository"), "repo_full_name");
    return Payload.events(data.path("resources"))
        .filter(resource -> !text(resource, "tag").isEmpty())
        .filter(resource -> !text(resource, "tag").contains(":"))
        .map(resource -> pushed(resource, repository, host));
  }

  private static Optional<Pushed> pushed(JsonNode resource, String repository, Payload.Host host) {
    String said = text(resource, "resource_url").split("/", 2)[0];
    return Pushed.of(host.of(said), repository, text(resource, "tag"));
  }
}
