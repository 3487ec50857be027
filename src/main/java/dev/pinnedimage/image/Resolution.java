package dev.pinnedimage.image;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What came of asking a registry for a reference: expected failures are values, not exceptions. */
public sealed interface Resolution {

  /**
   * The registry answered and the bytes are what they claim to be.
   *
   * @param digest sha256 of the raw bytes of the <em>root</em> manifest
   * @param shape whether the root is an index or one platform's manifest
   * @param children the runnable manifests, one for a plain manifest (itself), attestations and
   *     artifacts left out
   * @param note what a reader should know of how the answer came about; mostly empty
   */
  record Resolved(Digest digest, String mediaType, Shape shape, List<Child> children, String note)
      implements Resolution {
    public Resolved {
      children = List.copyOf(children);
    }

    public Resolved(Digest digest, String mediaType, Shape shape, List<Child> children) {
      this(digest, mediaType, shape, children, "");
    }

    public Resolved noting(String said) {
      return new Resolved(digest, mediaType, shape, children, said);
    }

    /** Sorted and without repeats. */
    public List<Platform> platforms() {
      return children.stream().map(Child::platform).sorted().distinct().toList();
    }

    /**
     * One runnable platform or none, be it a plain manifest or an index that wraps a single image
     * and its attestation, as buildx pushes it.
     */
    public boolean isSinglePlatform() {
      return platforms().size() <= 1;
    }

    /** The platform whose inner manifest has this digest, if the root is an index of it. */
    public Optional<Platform> platformOfInner(String digest) {
      return shape == Shape.MANIFEST
          ? Optional.empty()
          : children.stream()
              .filter(child -> child.digest().value().equals(digest))
              .map(Child::platform)
              .findFirst();
    }
  }

  /**
   * No answer that could be pinned.
   *
   * @param message one sentence: host, repository, what happened
   * @param retryAt not before this moment, where the registry named one
   */
  record Unresolved(Failure reason, String message, @Nullable Instant retryAt)
      implements Resolution {
    public Unresolved(Failure reason, String message) {
      this(reason, message, null);
    }
  }

  /** A runnable manifest inside an index (at any depth), or a plain manifest itself. */
  record Child(Platform platform, Digest digest) {}

  /** What the root manifest is. */
  enum Shape {
    INDEX,
    MANIFEST
  }
}
