package dev.pinnedimage.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.registry.Json;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The platform of an index entry, or of an image's config, which spell it alike. */
final class PlatformJson {
  private static final String UNKNOWN = "unknown";
  private static final Pattern PART = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,31}");
  private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6}){0,4}");

  private PlatformJson() {}

  /** Empty where it is absent, or what no node has: incomplete, {@code unknown}, not to be told. */
  static Optional<Platform> read(JsonNode json) {
    String os = lower(json, "os");
    String architecture = lower(json, "architecture");
    if (os.equals(UNKNOWN) || architecture.equals(UNKNOWN) || wantsFeatures(json, os)) {
      return Optional.empty();
    }
    String variant = lower(json, "variant");
    if (!isPart(os) || !isPart(architecture) || !(variant.isEmpty() || isPart(variant))) {
      return Optional.empty();
    }
    Platform platform = new Platform(os, architecture, variant, "");
    return platform.os().equals("windows")
        ? withVersion(platform, Json.text(json, "os.version"))
        // Elsewhere it would make equal platforms differ.
        : Optional.of(platform);
  }

  /** Each alone: a slash or colon within one would make another platform of the whole. */
  private static boolean isPart(String text) {
    return PART.matcher(text).matches();
  }

  /** A version that is none is no Windows' own: containerd's matcher takes it for 0.0.0. */
  private static Optional<Platform> withVersion(Platform platform, String version) {
    if (version.isEmpty()) {
      return Optional.of(platform);
    }
    return VERSION.matcher(version).matches()
        ? Optional.of(
            new Platform(platform.os(), platform.architecture(), platform.variant(), version))
        : Optional.empty();
  }

  /** A node pulls an image only if it has each feature; Windows has win32k, Linux none. */
  private static boolean wantsFeatures(JsonNode json, String os) {
    for (JsonNode feature : json.path("os.features")) {
      if (!(os.equals("windows") && feature.asText().equals("win32k"))) {
        return true;
      }
    }
    return false;
  }

  private static String lower(JsonNode json, String name) {
    return Json.text(json, name).toLowerCase(Locale.ROOT);
  }
}
