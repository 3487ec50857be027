package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.ImageReference;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A push to Docker Hub: one tag of one repository.
 *
 * @see <a href="https://docs.docker.com/docker-hub/repos/manage/webhooks/">Webhooks</a>
 */
final class DockerHubPayload {
  private DockerHubPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    return Stream.of(
        Pushed.of(
            host.of(ImageReference.DOCKER_HUB),
            text(body.path("repository"), "repo_name"),
            text(body.path("push_data"), "tag")));
  }
}
