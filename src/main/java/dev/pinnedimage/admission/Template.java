package dev.pinnedimage.admission;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** YAML beside this class, with {@code ${name}} where something is to be filled in. */
final class Template {
  private Template() {}

  static String text(String name) {
    try (InputStream text = Template.class.getResourceAsStream(name)) {
      if (text == null) {
        throw new IllegalStateException(name + " is missing in the jar");
      }
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String filled(String name, Map<String, String> values) {
    String filled = text(name);
    for (Map.Entry<String, String> value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }
}
