package dev.pinnedimage.registry.manifest;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a manifest's bytes turned out to be. */
sealed interface Manifest {

  /** Entries that may be runnable; attestations and artifacts are left out. */
  record Index(String mediaType, List<Entry> entries) implements Manifest {
    public Index {
      entries = List.copyOf(entries);
    }
  }

  record Image(String mediaType, Digest config) implements Manifest {}

  /** A chart, a signature, an SBOM: something that no node can run. */
  record Artifact(String type) implements Manifest {}

  /**
   * One line of an index.
   *
   * @param size of the child's bytes
   * @param nested whether this is an index in the index
   * @param declared null where only the child's config can tell
   */
  record Entry(Digest digest, long size, boolean nested, @Nullable Platform declared) {
    Optional<Platform> platform() {
      return Optional.ofNullable(declared);
    }
  }
}
