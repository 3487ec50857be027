package dev.pinnedimage.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A pull secret, read by the kubelet's rules (Kubernetes {@code pkg/credentialprovider}), so that
 * the operator sees what the nodes see. Credential helpers are not for tenants and are ignored.
 */
public final class DockerConfig {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final Comparator<Entry> MOST_SPECIFIC_FIRST =
      Comparator.comparingInt((Entry entry) -> entry.key().path().length())
          .thenComparing(entry -> entry.key().authority())
          .reversed();

  private record Entry(DockerConfigKey key, JsonNode value) {}

  private final List<Entry> entries;

  private DockerConfig(JsonNode auths) {
    List<Entry> found = new ArrayList<>();
    auths
        .properties()
        .forEach(auth -> found.add(new Entry(DockerConfigKey.of(auth.getKey()), auth.getValue())));
    found.sort(MOST_SPECIFIC_FIRST);
    entries = List.copyOf(found);
  }

  /**
   * The content of {@code .dockerconfigjson}.
   *
   * @throws MalformedPullSecret where it is not JSON with an object {@code auths}
   */
  public static DockerConfig parse(byte[] json) {
    JsonNode auths = object(json).path("auths");
    if (!auths.isObject()) {
      throw new MalformedPullSecret("the secret's .dockerconfigjson has no object named auths");
    }
    return new DockerConfig(auths);
  }

  /**
   * The content of {@code .dockercfg}: the map of registries itself.
   *
   * @throws MalformedPullSecret where it is not a JSON object
   */
  public static DockerConfig parseLegacy(byte[] json) {
    return new DockerConfig(object(json));
  }

  private static JsonNode object(byte[] json) {
    if (json.length > MAX_BYTES) {
      throw new MalformedPullSecret("the secret's registry credentials are larger than 1 MiB");
    }
    return Json.object(json)
        .orElseThrow(() ->
            new MalformedPullSecret(
                "the secret's registry credentials are not a valid JSON object"));
  }

  /**
   * All entries that match, the most specific first, but for empty ones (Docker leaves such behind
   * where a credential helper holds the secret).
   *
   * @throws MalformedPullSecret where one of them cannot be read
   */
  public List<Credential> credentialsFor(ImageReference reference) {
    return entries.stream()
        .filter(entry -> entry.key().matches(reference))
        .flatMap(entry -> read(entry).stream())
        .distinct()
        .toList();
  }

  private static Optional<Credential> read(Entry entry) {
    if (!entry.value().isObject()) {
      throw malformed(entry, "is not an object");
    }
    requireTexts(entry);
    String identity = Json.text(entry.value(), "identitytoken");
    if (!identity.isEmpty()) {
      return Optional.of(new Credential.IdentityToken(identity));
    }
    String auth = Json.text(entry.value(), "auth").strip();
    if (!auth.isEmpty()) {
      return Optional.of(decode(entry, auth));
    }
    String username = Json.text(entry.value(), "username");
    String password = Json.text(entry.value(), "password");
    return username.isEmpty() && password.isEmpty()
        ? Optional.empty()
        : Optional.of(new Credential.Basic(username, password));
  }

  /** Else a number would be taken for nothing, and the registry asked without credentials. */
  private static void requireTexts(Entry entry) {
    for (String key : List.of("auth", "username", "password", "identitytoken")) {
      JsonNode value = entry.value().path(key);
      if (value.isValueNode() ? !value.isTextual() && !value.isNull() : !value.isMissingNode()) {
        throw malformed(entry, "has a value of " + key + " that is no text");
      }
    }
  }

  private static Credential decode(Entry entry, String auth) {
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed(entry, "has an auth that is not base64");
    }
    int colon = pair.indexOf(':');
    if (colon < 0) {
      throw malformed(entry, "has an auth that is not base64 of username:password");
    }
    return new Credential.Basic(pair.substring(0, colon), pair.substring(colon + 1));
  }

  private static MalformedPullSecret malformed(Entry entry, String what) {
    String key = Refusal.printable(entry.key().authority() + entry.key().path());
    return new MalformedPullSecret("the secret's entry for " + key + " " + what);
  }

  @Override
  public String toString() {
    return "DockerConfig of " + entries.size() + " registries";
  }
}
