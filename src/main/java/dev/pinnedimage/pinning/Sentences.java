package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Resolution.Resolved;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The turns of phrase that several messages share, so that they read alike. */
final class Sentences {
  private Sentences() {}

  /** To the second and in UTC, as the API conventions have it. */
  static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** What a verdict is about: the tag, or the digest that the spec approves. */
  static String subject(PinnedImage pinnedImage, Digest digest, boolean approved) {
    return approved ? "spec.digest " + digest : pinnedImage.getSpec().image() + " (" + digest + ")";
  }

  /** The command that approves a digest; in a GitOps-managed cluster the edit belongs in git. */
  static String approve(PinnedImage pinnedImage, String digest) {
    return "kubectl patch pinnedimage "
        + pinnedImage.getMetadata().getName()
        + " -n "
        + pinnedImage.getMetadata().getNamespace()
        + " --type merge -p '{\"spec\":{\"digest\":\""
        + digest
        + "\"}}'";
  }

  /** Says of a digest that it is a manifest inside an index, if it is. */
  static Optional<String> innerManifest(Resolved index, String digest) {
    return index
        .platformOfInner(digest)
        .map(platform ->
            "is only the "
                + platform
                + " manifest inside the index "
                + index.digest()
                + ": nodes of other platforms could not run it; use the digest of the index");
  }

  /** The command that has upstream looked up and taken up what was given up. */
  static String requestAgain(PinnedImage pinnedImage) {
    return "kubectl annotate pinnedimage "
        + pinnedImage.getMetadata().getName()
        + " -n "
        + pinnedImage.getMetadata().getNamespace()
        + " "
        + PinnedImage.REQUESTED_AT
        + "=\"$(date +%s)\" --overwrite";
  }

  /** The same for as long as it holds: nothing is written while a workload waits. */
  static String waiting(Fight fight) {
    return "was set back to the tag"
        + (fight.resets() == 1 ? "" : " again")
        + " by "
        + opponent(fight)
        + "; the pin is written again at "
        + time(fight.writeAgain())
        + ", for each turn is a rollout";
  }

  static String givenUp(Fight fight, String remedy, String tryAgain) {
    return "was set back to the tag "
        + fight.resets()
        + " times within an hour, last by "
        + opponent(fight)
        + "; the pin is not written any more, for each turn is a rollout: "
        + remedy
        + "; to have it tried again before "
        + time(fight.writeAgain())
        + ": "
        + tryAgain;
  }

  private static String opponent(Fight fight) {
    return fight.contest().manager()
        + " ("
        + fight.contest().operation()
        + ") at "
        + time(fight.last());
  }

  /** The bound of the API conventions for a condition's message, with room to spare. */
  static String bounded(String message) {
    return bounded(message, 2048);
  }

  static String bounded(String message, int max) {
    return message.length() <= max ? message : message.substring(0, max - 1) + "…";
  }
}
