package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;
import static dev.pinnedimage.image.Failure.PINNED_DIGEST_GONE;
import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;
import static dev.pinnedimage.image.Failure.UNSUPPORTED_MEDIA_TYPE;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Child;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds what is runnable below one root, reading further manifests and configs only where the index
 * itself does not say; its author is a stranger, so depth and requests are bounded.
 */
final class IndexWalk {
  /** Levels of indexes, the root being the first. */
  private static final int MAX_DEPTH = 3;

  private static final int MAX_REQUESTS = 64;

  /**
   * For the whole walk: a registry that answers each request just in time holds nobody for long.
   */
  private static final Duration MAX_TIME = Duration.ofSeconds(30);

  /** Of the whole: the answer is kept, and three levels of 64 would be a quarter of a million. */
  private static final int MAX_RUNNABLE = ManifestReader.MAX_CHILDREN;

  private final Contents contents;
  private final List<Child> children = new ArrayList<>();
  private final long started = System.nanoTime();
  private int requests;

  IndexWalk(Contents contents) {
    this.contents = contents;
  }

  Resolved read(Fetched root) throws Refusal {
    return switch (root.read()) {
      case Manifest.Index index -> resolved(root.digest(), index);
      case Manifest.Image image -> resolved(root.digest(), image);
      case Manifest.Artifact artifact ->
          throw new Refusal(
              UNSUPPORTED_MEDIA_TYPE,
              "this is an artifact (%s), not a container image"
                  .formatted(Refusal.printable(artifact.type())));
    };
  }

  private Resolved resolved(Digest digest, Manifest.Index index) throws Refusal {
    collect(index, List.of(digest));
    if (children.isEmpty()) {
      throw new Refusal(UNSUPPORTED_MEDIA_TYPE, "the index has no runnable image");
    }
    return new Resolved(digest, index.mediaType(), Shape.INDEX, children);
  }

  private Resolved resolved(Digest digest, Manifest.Image image) throws Refusal {
    Platform platform =
        platformOf(image)
            .orElseThrow(() -> new Refusal(MANIFEST_INVALID, "the image's config has no platform"));
    List<Child> self = List.of(new Child(platform, digest));
    return new Resolved(digest, image.mediaType(), Shape.MANIFEST, self);
  }

  private void collect(Manifest.Index index, List<Digest> path) throws Refusal {
    for (Manifest.Entry entry : index.entries()) {
      if (entry.nested()) {
        descend(entry, path);
      } else {
        platformOf(entry).ifPresent(platform -> children.add(new Child(platform, entry.digest())));
      }
      if (children.size() > MAX_RUNNABLE) {
        throw new Refusal(
            MANIFEST_INVALID, "the index holds more than %d images".formatted(MAX_RUNNABLE));
      }
    }
  }

  private void descend(Manifest.Entry entry, List<Digest> path) throws Refusal {
    if (path.size() == MAX_DEPTH || path.contains(entry.digest())) {
      throw new Refusal(
          MANIFEST_INVALID, "the index holds indexes in more than %d levels".formatted(MAX_DEPTH));
    }
    if (!(fetch(entry).read() instanceof Manifest.Index nested)) {
      throw new Refusal(MANIFEST_INVALID, "the index calls an entry an index that is none");
    }
    List<Digest> deeper = new ArrayList<>(path);
    deeper.add(entry.digest());
    collect(nested, deeper);
  }

  private Optional<Platform> platformOf(Manifest.Entry entry) throws Refusal {
    if (entry.platform().isPresent()) {
      return entry.platform();
    }
    return switch (fetch(entry).read()) {
      case Manifest.Image image -> platformOf(image);
      case Manifest.Artifact _ -> Optional.empty();
      case Manifest.Index _ ->
          throw new Refusal(MANIFEST_INVALID, "the index calls an entry a manifest that is none");
    };
  }

  private Optional<Platform> platformOf(Manifest.Image image) throws Refusal {
    count();
    JsonNode config =
        Json.object(contents.config(image.config()))
            .filter(ManifestShape::isConfig)
            .orElseThrow(() -> new Refusal(MANIFEST_INVALID, "an image's config is none"));
    return PlatformJson.read(config);
  }

  private Fetched fetch(Manifest.Entry entry) throws Refusal {
    count();
    Fetched fetched = fetch(entry.digest());
    if (fetched.size() != entry.size()) {
      throw new Refusal(
          MANIFEST_INVALID,
          "the index gives %s another size than it has".formatted(entry.digest().shortForm()));
    }
    return fetched;
  }

  private Fetched fetch(Digest digest) throws Refusal {
    try {
      return contents.manifest(digest);
    } catch (Refusal e) {
      if (e.reason() != PINNED_DIGEST_GONE) {
        throw e;
      }
      throw new Refusal(
          MANIFEST_INVALID, "the registry does not have the index's entry " + digest.shortForm());
    }
  }

  private void count() throws Refusal {
    if (++requests > MAX_REQUESTS) {
      throw new Refusal(
          MANIFEST_INVALID,
          "the index takes more than %d requests to read".formatted(MAX_REQUESTS));
    }
    if (System.nanoTime() - started > MAX_TIME.toNanos()) {
      throw new Refusal(
          REGISTRY_UNREACHABLE,
          "reading the index took more than %d s in all".formatted(MAX_TIME.toSeconds()));
    }
  }
}
