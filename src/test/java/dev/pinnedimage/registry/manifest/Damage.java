package dev.pinnedimage.registry.manifest;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pinnedimage.registry.Fixtures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What goes wrong with documents, here and there, and whether anything did. */
final class Damage {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> NAMES =
      List.of(
          "schemaVersion",
          "mediaType",
          "manifests",
          "config",
          "layers",
          "fsLayers",
          "subject",
          "artifactType",
          "annotations",
          "digest",
          "size",
          "platform",
          "os",
          "architecture",
          "variant",
          "os.version",
          "os.features",
          "data",
          "urls",
          "x-future");
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "unknown",
          "linux",
          "windows",
          " amd64",
          "ARM64",
          "v8",
          "../../etc",
          "10.0",
          "linux/arm",
          "amd64:1",
          "not.a.version",
          "\u0000",
          "\u202e",
          Fixtures.DIGEST,
          "sha512:" + "ab".repeat(64),
          "SHA256:" + "AB".repeat(32),
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST,
          "application/json",
          "application/vnd.docker.distribution.manifest.v1+json",
          "text/html",
          "application/vnd.oci.image.config.v1+json",
          "application/spdx+json");

  private final RandomGenerator random;
  private final int oneIn;
  private boolean done;
  private boolean rootUnreadable;

  /**
   * @param oneIn so many documents one is damaged; 0 for none
   */
  Damage(RandomGenerator random, int oneIn) {
    this.random = random;
    this.oneIn = oneIn;
  }

  /** Nothing happened: whatever this is must be understood. */
  boolean isNone() {
    return !done;
  }

  /** The root's bytes are no JSON that two readers would read alike. */
  boolean isRootUnreadable() {
    return rootUnreadable;
  }

  private boolean strikes(int factor) {
    boolean struck = oneIn > 0 && random.nextInt(oneIn * factor) == 0;
    done |= struck;
    return struck;
  }

  String contentType(String right) {
    if (random.nextInt(6) == 0) {
      return pick(List.of("", "application/json", right + "; charset=utf-8"));
    }
    return strikes(6) ? pick(TEXTS) : right;
  }

  ObjectNode document(ObjectNode node) {
    if (!strikes(1)) {
      return node;
    }
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() ? pick(NAMES) : pick(names);
    JsonNode value = node.path(name);
    switch (random.nextInt(8)) {
      case 0 -> node.remove(name);
      case 1 -> node.set(name, any());
      case 2 -> node.set(pick(NAMES), any());
      case 3 -> node.set(name.toUpperCase(Locale.ROOT), node.remove(name));
      case 4 -> node.set(name.toUpperCase(Locale.ROOT), value.isMissingNode() ? any() : value);
      case 5 -> node.set(name, altered(value));
      case 6 -> repeated(value);
      default -> node.set(name, JSON.textNode(pick(TEXTS)));
    }
    return node;
  }

  private void repeated(JsonNode value) {
    if (value instanceof ArrayNode array && !array.isEmpty()) {
      int times = random.nextInt(4) == 0 ? 70 : 1;
      JsonNode each = array.get(random.nextInt(array.size()));
      for (int i = 0; i < times; i++) {
        array.add(each);
      }
    }
  }

  private JsonNode altered(JsonNode value) {
    if (value.isTextual() && !value.textValue().isEmpty()) {
      char[] letters = value.textValue().toCharArray();
      letters[random.nextInt(letters.length)] = "0aZ/: é".charAt(random.nextInt(7));
      return JSON.textNode(new String(letters));
    }
    return value.isNumber() ? JSON.numberNode(value.longValue() + 1) : any();
  }

  private JsonNode any() {
    return switch (random.nextInt(9)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.numberNode(random.nextInt(4));
      case 2 -> JSON.numberNode(2.0);
      case 3 -> JSON.numberNode(Long.MAX_VALUE);
      case 4 -> JSON.booleanNode(true);
      case 5 -> JSON.arrayNode().add(pick(TEXTS));
      case 6 -> JSON.arrayNode().addNull();
      case 7 -> JSON.objectNode().put(pick(NAMES), pick(TEXTS));
      default -> JSON.textNode(pick(TEXTS));
    };
  }

  byte[] root(ObjectNode node) {
    byte[] whole = document(node).toString().getBytes(UTF_8);
    return strikes(2) ? damaged(whole) : whole;
  }

  byte[] bytes(ObjectNode node) {
    boolean before = rootUnreadable;
    byte[] whole = node.toString().getBytes(UTF_8);
    byte[] damaged = strikes(4) ? damaged(whole) : whole;
    rootUnreadable = before;
    return damaged;
  }

  private byte[] damaged(byte[] whole) {
    String text = new String(whole, UTF_8);
    int unreadable = random.nextInt(24);
    rootUnreadable = unreadable < 11;
    return switch (unreadable) {
      case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
      case 1 -> ("\uFEFF" + text).getBytes(UTF_8);
      case 2 -> text.getBytes(UTF_16LE);
      case 3 -> (text + pick(List.of("{}", "x", "]", ",", "\u0000"))).getBytes(UTF_8);
      case 4 -> inserted(text, "\"schemaVersion\":2,\"schemaVersion\":2,");
      case 5 -> inserted(text, "\"a\":1,\"\\u0061\":1,");
      case 6 -> inserted(text, "\"x\":NaN,");
      case 7 -> inserted(text, "\"x\":" + "9".repeat(50_000) + ",");
      case 8 -> inserted(text, "\"x\":" + "[".repeat(20_000) + "]".repeat(20_000) + ",");
      case 9 -> inserted(text, "\"x\":[" + "0,".repeat(100_001) + "0],");
      case 10 -> inserted(text, "'x':1,");
      case 11 -> inserted(text, "\"x\":\"" + "y".repeat(900_000) + "\",");
      case 12 -> ("\r\n\t " + text + " \n").getBytes(UTF_8);
      default -> flipped(whole);
    };
  }

  private static byte[] inserted(String text, String field) {
    return ("{" + field + text.substring(1)).getBytes(UTF_8);
  }

  private byte[] flipped(byte[] whole) {
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      whole[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return whole;
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
