package dev.pinnedimage.harness;

import dev.pinnedimage.image.Digest;
import java.util.List;

/**
 * What a tag points at after a push.
 *
 * @param digest of the index; of the manifest itself where that was pushed plain
 * @param children the index's entries; the one manifest where that was pushed plain
 */
public record PushedImage(
    String repository, String tag, String mediaType, Digest digest, List<Descriptor> children) {
  public PushedImage {
    children = List.copyOf(children);
  }

  /**
   * The inner digest: the one that must never become a pin of an index.
   *
   * @param platform spelt as it was pushed
   */
  public Digest manifest(String platform) {
    return children.stream()
        .filter(child -> child.platform().equals(platform))
        .findFirst()
        .map(Descriptor::digest)
        .orElseThrow(() -> new IllegalArgumentException("no " + platform + " in " + this));
  }

  /** Those that a node can run. */
  public List<Descriptor> runnable() {
    return children.stream().filter(child -> !child.isAttestation()).toList();
  }

  /** {@code registry/repository:tag}. */
  public String reference(RegistryServer registry) {
    return registry.host() + "/" + repository + ":" + tag;
  }

  /** {@code registry/repository:tag@digest}. */
  public String pinned(RegistryServer registry) {
    return reference(registry) + "@" + digest;
  }
}
