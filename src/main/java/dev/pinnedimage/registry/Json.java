package dev.pinnedimage.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Other people's JSON within bounds: depth, tokens (a tree costs some 60 bytes each) and lengths
 * are limited, and a repeated key is an error, since two readers would choose different values.
 */
public final class Json {
  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(32)
          .maxTokenCount(100_000)
          .maxStringLength(1024 * 1024)
          .maxNameLength(4096)
          .maxNumberLength(40)
          .maxDocumentLength(4L * 1024 * 1024)
          .build();
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(BOUNDS)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Else a syntax error would quote its source, which may be a Secret.
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /** The object that these bytes are, or empty: what exactly is wrong is of no use to a reader. */
  public static Optional<JsonNode> object(byte[] bytes) {
    if (!beginsAsUtf8(bytes)) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(MAPPER.readTree(bytes)).filter(JsonNode::isObject);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Jackson also reads UTF-16, UTF-32 and a byte order mark, which the nodes' clients do not. */
  private static boolean beginsAsUtf8(byte[] bytes) {
    for (int i = 0; i + 1 < bytes.length; i++) {
      switch (bytes[i]) {
        case ' ', '\t', '\r', '\n' -> {}
        default -> {
          return bytes[i] == '{' && bytes[i + 1] != 0;
        }
      }
    }
    return false;
  }

  /** The string of that name, empty where there is none. */
  public static String text(JsonNode object, String name) {
    return object.path(name).isTextual() ? object.path(name).textValue() : "";
  }
}
