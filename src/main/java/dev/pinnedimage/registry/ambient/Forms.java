package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Ask;
import dev.pinnedimage.registry.wire.Authorization;
import dev.pinnedimage.registry.wire.Reply;
import dev.pinnedimage.registry.wire.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Posts a form and reads the JSON of the answer, by the rules for registries: their addresses,
 * their trust, no redirects, 64 KiB.
 */
public record Forms(AddressGuard guard, Transport transport) {
  private static final int MAX_BYTES = 64 * 1024;

  /**
   * @param json an empty object where the body is none
   */
  record Answer(int status, JsonNode json) {
    boolean isGood() {
      return status == 200;
    }

    String text(String name) {
      return Json.text(json, name);
    }
  }

  Answer post(URI uri, Map<String, String> form) throws Refusal, InterruptedException {
    String host = Refusal.printable(uri.getRawAuthority());
    try {
      guard.check(uri.getRawAuthority());
      Ask ask = new Ask("POST", uri.getRawPath(), "application/json", MAX_BYTES, encoded(form));
      Reply reply = transport.send(uri, ask, Authorization.NONE);
      return new Answer(
          reply.status(),
          Json.object(reply.body()).orElseGet(JsonNodeFactory.instance::objectNode));
    } catch (Refusal e) {
      throw e.reason() == Failure.MANIFEST_TOO_LARGE
          ? Failures.because("%s answers with more than 64 KiB", host)
          : e;
    } catch (IOException e) {
      throw Failures.because("%s cannot be reached, or breaks off its answer", host);
    }
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(Collectors.joining("&"));
  }
}
