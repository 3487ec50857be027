package dev.pinnedimage.notification.payload;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of payload that are understood. Whatever else a registry reports (pulls, deletions,
 * scans, a ping at set-up) holds no push and is no error: a registry would send it again for ever.
 */
public enum Payload {
  DISTRIBUTION,
  DOCKER_HUB,
  GITHUB,
  QUAY,
  HARBOR,
  PUB_SUB,
  EVENT_BRIDGE;

  private static final int MAX_EVENTS = 100;

  /**
   * What was pushed, of the first 100 events.
   *
   * @param registry the host as in image references, where the payload's own is not to be used
   */
  public Set<Pushed> pushes(JsonNode body, @Nullable String registry) {
    return read(body, said -> Objects.requireNonNullElse(registry, said))
        .limit(MAX_EVENTS)
        .flatMap(Optional::stream)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Stream<Optional<Pushed>> read(JsonNode body, Host host) {
    return switch (this) {
      case DISTRIBUTION -> DistributionPayload.read(body, host);
      case DOCKER_HUB -> DockerHubPayload.read(body, host);
      case GITHUB -> GitHubPayload.read(body, host);
      case QUAY -> QuayPayload.read(body, host);
      case HARBOR -> HarborPayload.read(body, host);
      case PUB_SUB -> PubSubPayload.read(body, host);
      case EVENT_BRIDGE -> EventBridgePayload.read(body, host);
    };
  }

  /** The host to use for the one that a payload says. */
  @FunctionalInterface
  interface Host {
    String of(String said);
  }

  /** The events of a list; none where it is no list. */
  static Stream<JsonNode> events(JsonNode list) {
    return list.isArray()
        ? StreamSupport.stream(list.spliterator(), false).limit(MAX_EVENTS)
        : Stream.empty();
  }
}
