package dev.pinnedimage.image;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An operating system and architecture, normalised by containerd's rules: {@code arm64} is {@code
 * arm64/v8}, {@code arm} is {@code arm/v7}, {@code amd64/v1} is {@code amd64}.
 *
 * @param variant empty where the architecture's base variant is meant
 * @param osVersion empty unless the operating system is Windows
 */
public record Platform(String os, String architecture, String variant, String osVersion)
    implements Comparable<Platform> {
  private static final Pattern PART = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,31}");

  public Platform {
    os = os.equals("macos") ? "darwin" : os;
    switch (architecture) {
      case "x86_64", "x86-64" -> architecture = "amd64";
      case "i386" -> {
        architecture = "386";
        variant = "";
      }
      case "aarch64" -> architecture = "arm64";
      case "armhf" -> {
        architecture = "arm";
        variant = "v7";
      }
      case "armel" -> {
        architecture = "arm";
        variant = "v6";
      }
      default -> {}
    }
    variant = baseVariant(architecture, variant);
  }

  private static String baseVariant(String architecture, String variant) {
    String prefixed =
        !variant.isEmpty() && Character.isDigit(variant.charAt(0)) ? "v" + variant : variant;
    return switch (architecture) {
      case "amd64" -> prefixed.equals("v1") ? "" : prefixed;
      case "arm64" -> prefixed.equals("v8") || prefixed.equals("v8.0") ? "" : prefixed;
      case "arm" -> prefixed.isEmpty() ? "v7" : prefixed;
      default -> prefixed;
    };
  }

  public static Platform of(String os, String architecture) {
    return new Platform(os, architecture, "", "");
  }

  /**
   * Reads {@code os/arch[/variant][:version]}: the spelling of {@code docker buildx} and of {@code
   * spec.platforms}, and what {@link #toString} writes.
   */
  public static Optional<Platform> parse(String text) {
    int colon = text.indexOf(':');
    String version = colon < 0 ? "" : text.substring(colon + 1);
    String[] parts = (colon < 0 ? text : text.substring(0, colon)).split("/", -1);
    if (parts.length < 2 || parts.length > 3) {
      return Optional.empty();
    }
    for (String part : parts) {
      if (!PART.matcher(part).matches()) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Platform(parts[0], parts[1], parts.length == 3 ? parts[2] : "", version));
  }

  /**
   * Whether an image for this platform is what a node of {@code host} pulls. A lower variant serves
   * a higher host; the architecture is strict: 386 on amd64 and 32-bit arm on arm64 do not count.
   */
  public boolean serves(Platform host) {
    return os.equals(host.os)
        && architecture.equals(host.architecture)
        && servesVersion(host)
        && servesVariant(host);
  }

  private boolean servesVersion(Platform host) {
    return osVersion.isEmpty()
        || host.osVersion.isEmpty()
        || windowsBuild(osVersion).equals(windowsBuild(host.osVersion));
  }

  /** Windows runs an image whose major, minor and build are its own; the revision may differ. */
  private static String windowsBuild(String version) {
    String[] parts = version.split("\\.", -1);
    return parts.length < 3 ? version : parts[0] + "." + parts[1] + "." + parts[2];
  }

  private boolean servesVariant(Platform host) {
    if (variant.equals(host.variant)) {
      return true;
    }
    Optional<Double> offered = level(this);
    Optional<Double> wanted = level(host);
    return offered.isPresent() && wanted.isPresent() && offered.get() <= wanted.get();
  }

  private static Optional<Double> level(Platform platform) {
    String variant =
        switch (platform.architecture) {
          case "amd64" -> platform.variant.isEmpty() ? "v1" : platform.variant;
          case "arm64" -> platform.variant.isEmpty() ? "v8" : platform.variant;
          default -> platform.variant;
        };
    if (!variant.matches("v[0-9]{1,2}(\\.[0-9])?")) {
      return Optional.empty();
    }
    return Optional.of(Double.valueOf(variant.substring(1)));
  }

  @Override
  public int compareTo(Platform other) {
    return toString().compareTo(other.toString());
  }

  /** {@code os/arch[/variant]}, with {@code :version} behind it for Windows. */
  @Override
  public String toString() {
    String base = os + "/" + architecture;
    String shownVariant = architecture.equals("arm") && variant.equals("v7") ? "v7" : variant;
    return base
        + (shownVariant.isEmpty() ? "" : "/" + shownVariant)
        + (osVersion.isEmpty() ? "" : ":" + osVersion);
  }
}
