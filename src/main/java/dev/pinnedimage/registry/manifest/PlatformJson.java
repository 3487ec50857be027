package dev.pinnedimage.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.registry.Json;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The platform of an index entry, or of an image's config, which spell it alike. */
final class PlatformJson {
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6}){0,4}");

  private PlatformJson() {}

  /** Empty where it is absent, incomplete or {@code unknown}. */
  static Optional<Platform> read(JsonNode json) {
    String os = lower(json, "os");
    String variant = lower(json, "variant");
    String text = os + "/" + lower(json, "architecture") + (variant.isEmpty() ? "" : "/" + variant);
    return Platform.parse(text)
        .filter(platform -> !platform.os().equals("unknown"))
        .map(platform -> withVersion(platform, Json.text(json, "os.version")));
  }

  /** Only Windows compares it; elsewhere it would make equal platforms differ. */
  private static Platform withVersion(Platform platform, String version) {
    return platform.os().equals("windows") && VERSION.matcher(version).matches()
        ? new Platform(platform.os(), platform.architecture(), platform.variant(), version)
        : platform;
  }

  private static String lower(JsonNode json, String name) {
    return Json.text(json, name).strip().toLowerCase(Locale.ROOT);
  }
}
