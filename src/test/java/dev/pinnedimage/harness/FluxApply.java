package dev.pinnedimage.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one reconciliation of a Kustomization did, by kustomize-controller's own log.
 *
 * @param actions from {@code Deployment/NAMESPACE/NAME} to {@code created}, {@code configured} or
 *     {@code unchanged}
 */
public record FluxApply(
    Instant time, String kustomization, String revision, Map<String, String> actions) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Empty where the line is about something else. */
  static Optional<FluxApply> of(String logLine) {
    if (!logLine.contains("\"msg\":\"server-side apply completed\"")) {
      return Optional.empty();
    }
    JsonNode line = parsed(logLine);
    return Optional.of(
        new FluxApply(
            Instant.parse(line.path("ts").asText()),
            line.path("name").asText(),
            line.path("revision").asText(),
            line.path("output").properties().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().asText()))));
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }
}
