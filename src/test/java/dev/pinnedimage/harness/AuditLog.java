package dev.pinnedimage.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The API server's audit log: an event is in it before its client sees the end of the answer. */
final class AuditLog {
  static final String POLICY =
      """
      apiVersion: audit.k8s.io/v1
      kind: Policy
      omitStages: [RequestReceived]
      rules:
      - level: Metadata
      """;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path file;

  AuditLog(Path file) {
    this.file = file;
  }

  List<AuditEvent> events(Predicate<AuditEvent> wanted) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.endsWith("}")) // the last one may still be in the making
          .map(AuditLog::parse)
          .filter(AuditLog::isOnePerRequest)
          .map(AuditEvent::of)
          .filter(wanted)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A watch is noted when it starts and when it ends; one that is refused, only at its end. */
  private static boolean isOnePerRequest(JsonNode event) {
    boolean started = event.path("stage").asText().equals("ResponseStarted");
    boolean watch = event.path("verb").asText().equals("watch");
    boolean refused = event.path("responseStatus").path("code").asInt() >= 400;
    return watch ? started || refused : !started;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
