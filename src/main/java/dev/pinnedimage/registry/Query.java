package dev.pinnedimage.registry;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;

/** What one look-up is shared by: the canonical reference, and what it is asked with. */
public record Query(ImageReference reference, Credential credential) {
  /** The same repository with the same credential, by digest alone. */
  public Query at(Digest digest) {
    return new Query(reference.atDigest(digest), credential);
  }
}
