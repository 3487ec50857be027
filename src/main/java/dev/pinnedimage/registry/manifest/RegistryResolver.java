package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.INVALID_REFERENCE;
import static dev.pinnedimage.image.Failure.PINNED_DIGEST_GONE;
import static dev.pinnedimage.image.Failure.RATE_LIMITED;
import static dev.pinnedimage.image.Failure.REGISTRY_UNAVAILABLE;
import static dev.pinnedimage.image.Failure.REPOSITORY_NOT_FOUND;
import static dev.pinnedimage.image.Failure.TAG_NOT_FOUND;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.Resolver;
import dev.pinnedimage.registry.limit.HostLimits;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Asks the registry as sparingly as a tag allows: one HEAD while nothing moves (Docker Hub counts a
 * GET as a pull), and a GET by digest, which cannot race with the next push, when it did.
 */
public final class RegistryResolver implements Resolver, AutoCloseable {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final int MAX_CACHED = 4096;
  private static final Set<Failure> UNFIT =
      EnumSet.of(Failure.UNSUPPORTED_MEDIA_TYPE, Failure.MANIFEST_TOO_LARGE);

  /** Without the credential: it is only read after a HEAD that was made with the asker's own. */
  private record Content(String registry, String repository, Digest digest) {}

  /** What was read before: facts about content, which outlive a change of the configuration. */
  public static final class Memory {
    private final BoundedCache<Content, Resolved> contents = new BoundedCache<>(MAX_CACHED);
    private final BoundedCache<Content, Refusal> unfit = new BoundedCache<>(MAX_CACHED);
    private final BoundedCache<Query, Refusal> missing = new BoundedCache<>(MAX_CACHED);
  }

  private final ManifestClient client;
  private final Memory memory;

  /** With limits of its own, which nobody else spends, and no identity of the operator's. */
  public RegistryResolver(RegistrySettings settings, InstantSource clock) {
    this(settings, clock, DEADLINE);
  }

  RegistryResolver(RegistrySettings settings, InstantSource clock, Duration deadline) {
    this(
        settings,
        AmbientIdentity.NONE,
        new HostLimits(clock, new Random()),
        new Memory(),
        deadline);
  }

  /**
   * @param limits outlive the settings
   * @param memory outlives them too
   * @throws InvalidSettings where a caFile cannot be used
   */
  public RegistryResolver(
      RegistrySettings settings, AmbientIdentity ambient, HostLimits limits, Memory memory) {
    this(settings, ambient, limits, memory, DEADLINE);
  }

  private RegistryResolver(
      RegistrySettings settings,
      AmbientIdentity ambient,
      HostLimits limits,
      Memory memory,
      Duration deadline) {
    this.memory = memory;
    this.client = new ManifestClient(settings, ambient, limits, deadline);
  }

  @Override
  public Resolution resolve(Query query) {
    try {
      return query.reference().digest() == null ? byTag(query) : byDigest(query);
    } catch (Refusal e) {
      return e.about(query.reference());
    }
  }

  private Resolved byDigest(Query query) throws Refusal {
    Digest digest =
        query
            .reference()
            .sha256()
            .orElseThrow(() ->
                new Refusal(INVALID_REFERENCE, "the digest is not sha256: and 64 hex digits"));
    Optional<Resolved> known = memory.contents.get(key(query.reference(), digest));
    boolean stillThere =
        known.isPresent() && client.head(query.at(digest)).equals(Optional.of(digest));
    return stillThere ? known.get() : read(query, client.get(query.at(digest)));
  }

  private Resolved byTag(Query query) throws Refusal {
    Optional<Digest> upstream;
    try {
      upstream = client.head(query);
    } catch (Refusal e) {
      if (e.reason() == TAG_NOT_FOUND) {
        return explainMissing(query, e);
      }
      throw e;
    }
    memory.missing.remove(query);
    // Without a digest from the registry: one that it then does not serve must not become a pin.
    return content(query, upstream.isPresent() ? upstream.get() : client.get(query).digest());
  }

  private Resolved content(Query query, Digest digest) throws Refusal {
    Content key = key(query.reference(), digest);
    Optional<Refusal> refused = memory.unfit.get(key);
    if (refused.isPresent()) {
      throw refused.get();
    }
    Optional<Resolved> known = memory.contents.get(key);
    return known.isPresent() ? known.get() : readMoved(query, digest);
  }

  /** What a digest names cannot change: where it is unfit, it is not fetched again. */
  private Resolved readMoved(Query query, Digest digest) throws Refusal {
    try {
      return read(query, getMoved(query, digest));
    } catch (Refusal e) {
      if (UNFIT.contains(e.reason())) {
        memory.unfit.put(key(query.reference(), digest), e);
      }
      throw e;
    }
  }

  private Fetched getMoved(Query query, Digest digest) throws Refusal {
    try {
      return client.get(query.at(digest));
    } catch (Refusal e) {
      if (e.reason() != PINNED_DIGEST_GONE) {
        throw e;
      }
      throw new Refusal(
          REGISTRY_UNAVAILABLE,
          "the registry says that the tag is at %s, but does not have that digest"
              .formatted(digest.shortForm()));
    }
  }

  /** A HEAD has no body to say which of the two is missing: one GET does, and is remembered. */
  private Resolved explainMissing(Query query, Refusal byHead) throws Refusal {
    Optional<Refusal> known = memory.missing.get(query);
    if (known.isPresent()) {
      throw known.get();
    }
    try {
      return read(query, client.get(query));
    } catch (Refusal e) {
      if (e.reason() == TAG_NOT_FOUND || e.reason() == REPOSITORY_NOT_FOUND) {
        memory.missing.put(query, e);
      }
      throw e.reason() == RATE_LIMITED ? byHead : e;
    }
  }

  private Resolved read(Query query, Fetched fetched) throws Refusal {
    Resolved resolved = new IndexWalk(client.contents(query)).read(fetched);
    memory.contents.put(key(query.reference(), resolved.digest()), resolved);
    return resolved;
  }

  private static Content key(ImageReference reference, Digest digest) {
    return new Content(reference.registry(), reference.repository(), digest);
  }

  /** Lets requests end that are under way; there can be no further ones. */
  @Override
  public void close() {
    client.close();
  }
}
