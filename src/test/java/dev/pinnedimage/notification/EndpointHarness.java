package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.pinnedimage.notification.payload.Pushed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The endpoint with one source of each way to prove itself, and a clock in the test's hand. */
class EndpointHarness {
  static final String SECRET = "Zq7-one_secret.for~all_of_these_tests";
  static final String HUB =
      "{\"push_data\": {\"tag\": \"1\"}, \"repository\": {\"repo_name\": \"team/web\"}}";
  static final String HARBOR =
      """
      {"type": "PUSH_ARTIFACT", "event_data": {"repository": {"repo_full_name": "team/web"},
       "resources": [{"tag": "1", "resource_url": "harbor.corp/team/web:1"}]}}
      """;
  static final String PACKAGE =
      """
      {"action": "published", "package": {"name": "web", "package_type": "CONTAINER", "namespace": "team"}}
      """;

  @TempDir Path directory;
  volatile Instant now = Instant.parse("2026-11-24T10:00:00Z");
  final Queue<Pushed> heard = new ConcurrentLinkedQueue<>();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  NotificationEndpoint endpoint;

  @BeforeEach
  void serve() throws IOException {
    endpoint =
        NotificationEndpoint.serve(
            new NotificationSettings(
                "127.0.0.1:0",
                List.of(
                    source("hub", "DockerHub"),
                    source("harbor", "Harbor"),
                    source("github", "GitHub"))),
            () -> now,
            _ -> heard::add);
  }

  @AfterEach
  void close() {
    endpoint.close();
    http.close();
  }

  private NotificationSource source(String name, String type) throws IOException {
    return new NotificationSource(
        name, type, Files.writeString(secretFile(name), SECRET + "\n"), null);
  }

  Path secretFile(String name) {
    return directory.resolve(name + "-secret");
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send("POST", path, body.getBytes(UTF_8), headers);
  }

  HttpResponse<String> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + endpoint.address().getPort() + path))
            .method(method, BodyPublishers.ofByteArray(body));
    Stream.of(headers)
        .map(header -> header.split(": ", 2))
        .forEach(h -> request.header(h[0], h[1]));
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
