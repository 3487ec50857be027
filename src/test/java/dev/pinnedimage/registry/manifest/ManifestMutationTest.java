package dev.pinnedimage.registry.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Refusal;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Many thousand damaged images: none is pinned but as a node would read it, none throws, and none
 * takes unbounded time, memory or requests. The seed stands in each failure's description.
 */
class ManifestMutationTest {
  private static final int DAMAGED = 10_000;
  private static final int UNHARMED_ONE_IN = 10;
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final int MAX_REQUESTS = 64;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Map<String, Integer> outcomes = new TreeMap<>();
  private int damaged;

  /** A repository in memory that counts, and that hands out nothing under a wrong digest. */
  private static final class Counted implements Contents {
    private final MutatedImage image;
    private int requests;
    private long bytes;

    Counted(MutatedImage image) {
      this.image = image;
    }

    @Override
    public Fetched manifest(Digest digest) throws Refusal {
      return new Fetched(digest, "", read(image.manifests, digest, Failure.PINNED_DIGEST_GONE));
    }

    @Override
    public byte[] config(Digest digest) throws Refusal {
      return read(image.configs, digest, Failure.MANIFEST_INVALID);
    }

    private byte[] read(Map<Digest, byte[]> store, Digest digest, Failure absent) throws Refusal {
      requests++;
      byte[] found = store.get(digest);
      if (found == null) {
        throw new Refusal(absent, "not there");
      }
      bytes += found.length;
      return found;
    }
  }

  @Test
  void pinsNothingThatANodeWouldReadInAnotherWay() {
    long seed = Long.getLong("mutation.seed", 20_261_124);
    int images = 0;
    while (damaged < DAMAGED) {
      check(seed + images, images % UNHARMED_ONE_IN == 0);
      images++;
    }
    System.out.printf(
        "%d of %d images damaged, from seed %d: %s%n", damaged, images, seed, outcomes);
    assertThat(outcomes.get("pinned")).isBetween(images / 5, images * 3 / 4);
    assertThat(outcomes.get("pinned though damaged")).isGreaterThan(500);
  }

  private void check(long seed, boolean unharmed) {
    var random = new Random(seed);
    var image = new MutatedImage(random, new Damage(random, unharmed ? 0 : 5));
    var contents = new Counted(image);
    long started = System.nanoTime();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();

    Optional<Resolved> resolved = read(image, contents);

    long cost = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .as("seed %d", seed)
        .isLessThan(LONGEST);
    assertThat(cost).as("bytes for seed %d", seed).isLessThan(mebibytes(12) + 60 * contents.bytes);
    assertThat(contents.requests).as("seed %d", seed).isLessThanOrEqualTo(MAX_REQUESTS);
    resolved.ifPresent(found -> requireTheNodesReading(seed, image, found));
    if (image.damage.isNone()) {
      requireUnderstood(seed, image, resolved);
    } else {
      damaged++;
      resolved.ifPresent(_ -> outcomes.merge("pinned though damaged", 1, Integer::sum));
    }
  }

  private Optional<Resolved> read(MutatedImage image, Counted contents) {
    contents.bytes += image.root.length;
    try {
      var root = new Fetched(Digest.of(image.root), image.contentType, image.root);
      Resolved resolved = new IndexWalk(contents).read(root);
      outcomes.merge("pinned", 1, Integer::sum);
      return Optional.of(resolved);
    } catch (Refusal e) {
      assertThat(e.getMessage()).hasSizeLessThan(300);
      outcomes.merge(e.reason().name(), 1, Integer::sum);
      return Optional.empty();
    }
  }

  private static void requireTheNodesReading(long seed, MutatedImage image, Resolved found) {
    assertThat(image.damage.isRootUnreadable()).as("seed %d", seed).isFalse();
    assertThat(found.digest()).as("seed %d", seed).isEqualTo(Digest.of(image.root));
    try {
      var nodes = new NodesReading(image.manifests, image.configs);
      assertThat(found.children())
          .as("seed %d", seed)
          .isEqualTo(nodes.of(image.root, image.contentType));
    } catch (IOException | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": pinned, but no node could pull it", e);
    }
  }

  /** Else a reader that refuses everything would pass. */
  private static void requireUnderstood(
      long seed, MutatedImage image, Optional<Resolved> resolved) {
    boolean expected;
    try {
      var nodes = new NodesReading(image.manifests, image.configs);
      int size = nodes.of(image.root, image.contentType).size();
      expected = size > 0 && size <= 20;
    } catch (IOException deeperThanThree) {
      expected = false;
    }
    if (expected) {
      assertThat(resolved).as("seed %d", seed).isPresent();
    }
  }

  private static long mebibytes(long count) {
    return count * 1024 * 1024;
  }
}
