package dev.pinnedimage.registry.manifest;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.registry.Refusal;

/** One repository's content by digest, as far as a walk needs it; a test has one in memory. */
interface Contents {
  /**
   * @throws Refusal PINNED_DIGEST_GONE where the repository does not have it
   */
  Fetched manifest(Digest digest) throws Refusal;

  byte[] config(Digest digest) throws Refusal;
}
