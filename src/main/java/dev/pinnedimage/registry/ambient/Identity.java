package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.registry.Refusal;
import java.io.IOException;

/** One way to be somebody at a registry, without a cache and without a deadline. */
@FunctionalInterface
interface Identity {
  /**
   * Blocks; an interrupt stops it.
   *
   * @param host the registry, as in image references
   * @throws Refusal CREDENTIAL_HELPER_FAILED, with one sentence without anything secret
   */
  Acquired acquire(String host) throws Refusal, IOException, InterruptedException;
}
