package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageSpec;
import dev.pinnedimage.api.v1alpha1.Reason;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether an index carries the platforms that are required of it.
 *
 * @param reason Covered, PolicyWarn, PlatformMissing, NotMultiArch or PlatformUnknown
 * @param detail why, as the rest of a sentence that begins with the reference
 */
record Coverage(Reason reason, String detail) {

  /** Whether the index may be pinned. */
  boolean mayBePinned() {
    return reason == Reason.Covered || reason == Reason.PolicyWarn;
  }

  /** What must hold before something becomes the pin. */
  static Coverage ofCandidate(Resolved candidate, Requirements required, PinnedImageSpec spec) {
    if (candidate.isSinglePlatform() && !spec.allowsSinglePlatform()) {
      return new Coverage(Reason.NotMultiArch, notMultiArch(candidate, required));
    }
    return ofPlatforms(candidate.platforms(), required, spec);
  }

  /** What must hold of the pin for as long as it is held. */
  static Coverage ofPlatforms(List<Platform> offered, Requirements required, PinnedImageSpec spec) {
    if (required.areUnknown()) {
      return new Coverage(
          spec.onlyWarnsOfPlatforms() ? Reason.PolicyWarn : Reason.PlatformUnknown,
          "carries "
              + list(offered)
              + ", but no schedulable node tells which platforms are needed: set spec.platforms");
    }
    return required
        .firstMissing(offered)
        .map(missing -> lacking(missing, offered, spec))
        .orElseGet(() -> new Coverage(Reason.Covered, "carries " + list(offered)));
  }

  private static Coverage lacking(
      Requirements.Required missing, List<Platform> offered, PinnedImageSpec spec) {
    String lack = "lacks " + missing.sentence() + ": it carries " + list(offered);
    if (spec.onlyWarnsOfPlatforms()) {
      return new Coverage(
          Reason.PolicyWarn, lack + ", and is pinned all the same (spec.platformPolicy: Warn)");
    }
    return new Coverage(
        Reason.PlatformMissing, lack + "; push an index with that platform" + alternative(missing));
  }

  private static String alternative(Requirements.Required missing) {
    return missing.node() == null
        ? ", or take it out of spec.platforms"
        : ", or keep the workloads off such nodes";
  }

  private static String notMultiArch(Resolved candidate, Requirements required) {
    String found =
        candidate.shape() == Shape.MANIFEST
            ? "is a plain manifest for " + list(candidate.platforms()) + " and no index"
            : "is an index with one image only, for " + list(candidate.platforms());
    String need =
        required
            .firstMissing(candidate.platforms())
            .map(missing -> ", while " + missing.sentence() + " is needed")
            .orElse("");
    return found
        + need
        + "; push a multi-platform index (docker buildx build --platform …), or set"
        + " spec.singlePlatform: Allow";
  }

  static String list(List<Platform> platforms) {
    return platforms.isEmpty()
        ? "no runnable platform"
        : platforms.stream().map(Platform::toString).collect(Collectors.joining(", "));
  }

  /** The platforms of a status; one that does not parse is none that a node could need. */
  static List<Platform> parse(List<String> platforms) {
    return platforms.stream().map(Platform::parse).flatMap(Optional::stream).toList();
  }
}
