package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.wire.AddressGuard;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Posts a form and reads the JSON of the answer: 64 KiB of it, redirects not followed. */
final class Forms {
  private static final int MAX_BYTES = 64 * 1024;

  private final AddressGuard guard;
  private final HttpClient client;

  Forms(AddressGuard guard, ProxySelector proxies) {
    this(
        guard,
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .proxy(proxies)
            .build());
  }

  Forms(AddressGuard guard, HttpClient client) {
    this.guard = guard;
    this.client = client;
  }

  /**
   * @param json an empty object where the body is none, or is too long
   */
  record Answer(int status, JsonNode json) {
    boolean isGood() {
      return status == 200;
    }

    String text(String name) {
      return Json.text(json, name);
    }
  }

  /** To where the operator's own environment says, wherever that is. */
  Answer post(URI uri, Map<String, String> form) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .POST(BodyPublishers.ofString(encoded(form)))
            .setHeader("Content-Type", "application/x-www-form-urlencoded")
            .setHeader("Accept", "application/json")
            .build();
    HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] body = in.readNBytes(MAX_BYTES + 1);
      var json = body.length > MAX_BYTES ? null : Json.object(body).orElse(null);
      return new Answer(
          response.statusCode(), json == null ? JsonNodeFactory.instance.objectNode() : json);
    }
  }

  /** To a registry, by the rules for the addresses of registries. */
  Answer postToRegistry(URI uri, Map<String, String> form)
      throws Refusal, IOException, InterruptedException {
    guard.check(uri.getRawAuthority());
    return post(uri, form);
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}
