package dev.pinnedimage.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One request that the API server answered (of a watch: began to answer).
 *
 * @param resource group, resource and subresource: {@code apps/deployments/scale}, {@code
 *     core/pods} (the core group has no name of its own); the path where no resource was asked for
 * @param name empty for lists, and for creations (the server notes no name there)
 */
public record AuditEvent(
    String user,
    String verb,
    String resource,
    String namespace,
    String name,
    int code,
    Instant time) {
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");

  static AuditEvent of(JsonNode event) {
    JsonNode object = event.path("objectRef");
    return new AuditEvent(
        event.path("user").path("username").asText(),
        event.path("verb").asText(),
        object.isMissingNode() ? event.path("requestURI").asText() : resource(object),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("responseStatus").path("code").asInt(),
        Instant.parse(event.path("stageTimestamp").asText()));
  }

  private static String resource(JsonNode object) {
    String group = object.path("apiGroup").asText();
    return Stream.of(
            group.isEmpty() ? "core" : group,
            object.path("resource").asText(),
            object.path("subresource").asText())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining("/"));
  }

  /** Dry runs are writes too. */
  public boolean isWrite() {
    return WRITES.contains(verb);
  }
}
