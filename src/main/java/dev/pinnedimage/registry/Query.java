package dev.pinnedimage.registry;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import org.jspecify.annotations.Nullable;

/**
 * What one look-up is shared by: the canonical reference, and what it is asked with.
 *
 * @param mirrored the same content at a mirror, with that host's own credentials, to be asked first
 */
public record Query(ImageReference reference, Credential credential, @Nullable Query mirrored) {
  public Query(ImageReference reference, Credential credential) {
    this(reference, credential, null);
  }

  /** The same repository with the same credential, by digest alone. */
  public Query at(Digest digest) {
    return new Query(
        reference.atDigest(digest), credential, mirrored == null ? null : mirrored.at(digest));
  }

  /** Past the mirror. */
  public Query direct() {
    return new Query(reference, credential);
  }

  /** With another credential, past any mirror. */
  public Query with(Credential other) {
    return new Query(reference, other);
  }
}
