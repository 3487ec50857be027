package dev.pinnedimage.notification.payload;

import static dev.pinnedimage.registry.Json.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * GitHub's events {@code package} and {@code registry_package}. A version without a tag stands for
 * any tag: one that is tagged later, or again, brings no event of its own that says so.
 *
 * @see <a
 *     href="https://docs.github.com/en/webhooks/webhook-events-and-payloads#package">package</a>
 */
final class GitHubPayload {
  private static final String REGISTRY = "ghcr.io";
  private static final Set<String> ACTIONS = Set.of("published", "updated");

  private GitHubPayload() {}

  static Stream<Optional<Pushed>> read(JsonNode body, Payload.Host host) {
    if (!ACTIONS.contains(text(body, "action"))) {
      return Stream.empty();
    }
    return Stream.of(body.path("package"), body.path("registry_package"))
        .filter(found -> text(found, "package_type").equalsIgnoreCase("container"))
        .map(found -> pushed(found, host));
  }

  /** An account's name may have capitals; in a reference it is written in small letters. */
  private static Optional<Pushed> pushed(JsonNode found, Payload.Host host) {
    String login = text(found.path("owner"), "login");
    String owner = login.isEmpty() ? text(found, "namespace") : login;
    JsonNode tag = found.path("package_version").path("container_metadata").path("tag");
    return Pushed.of(
        host.of(REGISTRY),
        (owner + "/" + text(found, "name")).toLowerCase(Locale.ROOT),
        text(tag, "name"));
  }
}
