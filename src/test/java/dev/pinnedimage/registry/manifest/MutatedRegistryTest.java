package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ResolverHarness;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged images again, over the wire and with a registry that lies about a part of them. */
class MutatedRegistryTest extends ResolverHarness {
  private static final int IMAGES = 400;
  private static final int MAX_REQUESTS = 64 + 3;

  @Test
  void pinsOnlyWhatTheRegistryServesByItsDigest() throws IOException {
    long seed = Long.getLong("mutation.seed", 20_261_124);
    System.out.printf("%d images from a lying registry, from seed %d%n", IMAGES, seed);
    resolver = new RegistryResolver(unlimited(), InstantSource.fixed(NOW));
    int pinned = 0;
    for (int i = 0; i < IMAGES; i++) {
      var random = new Random(seed + i);
      var image = new MutatedImage(random, new Damage(random, 12));
      publish(image, random);
      registry.clear();

      Resolution answer =
          resolver.resolve(new Query(reference(image(":" + i)), Credential.ANONYMOUS));

      assertThat(registry.requests()).as("seed %d", seed + i).hasSizeLessThan(MAX_REQUESTS);
      if (answer instanceof Resolved resolved) {
        requireTruth(seed + i, image, resolved);
        pinned++;
      }
    }
    assertThat(pinned).isBetween(IMAGES / 10, IMAGES * 9 / 10);
  }

  /** Else the rate at which one host is asked would be what takes the time. */
  private RegistrySettings unlimited() {
    return Fixtures.settings(
        Map.of("host", registry.authority(), "plainHttp", true, "requestsPerSecond", 10_000.0));
  }

  private static void requireTruth(long seed, MutatedImage image, Resolved resolved)
      throws IOException {
    assertThat(resolved.digest()).as("seed %d", seed).isEqualTo(Digest.of(image.root));
    var nodes = new NodesReading(image.manifests, image.configs);
    assertThat(resolved.children())
        .as("seed %d", seed)
        .isEqualTo(nodes.of(image.root, image.contentType));
  }

  /** Every tag is a name for the image; one of four images is lied about. */
  private void publish(MutatedImage image, Random random) {
    String manifests = "/v2/team/app/manifests/";
    Digest digest = Digest.of(image.root);
    String said = lie(random, digest.value(), List.of(Fixtures.DIGEST, "sha512:ab", ""));
    for (Map.Entry<Digest, byte[]> each : image.manifests.entrySet()) {
      serve("GET " + manifests + each.getKey(), lie(random, each.getValue()), "", "");
    }
    for (Map.Entry<Digest, byte[]> each : image.configs.entrySet()) {
      serve("GET /v2/team/app/blobs/" + each.getKey(), lie(random, each.getValue()), "", "");
    }
    serve("GET " + manifests + digest, lie(random, image.root), image.contentType, said);
    registry.otherwise(exchange -> reply(exchange, image.root, image.contentType, said));
  }

  private void serve(String request, byte[] body, String type, String digest) {
    registry.on(request, exchange -> reply(exchange, body, type, digest));
  }

  private static void reply(HttpExchange exchange, byte[] body, String type, String digest)
      throws IOException {
    if (type.chars().allMatch(c -> c >= ' ' && c < 127) && !type.isBlank()) {
      exchange.getResponseHeaders().add("Content-Type", type);
    }
    if (!digest.isEmpty()) {
      exchange.getResponseHeaders().add("Docker-Content-Digest", digest);
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(200, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static String lie(Random random, String truth, List<String> lies) {
    return random.nextInt(4) == 0 ? lies.get(random.nextInt(lies.size())) : truth;
  }

  private static byte[] lie(Random random, byte[] truth) {
    if (truth.length == 0 || random.nextInt(16) != 0) {
      return truth;
    }
    byte[] changed = truth.clone();
    changed[random.nextInt(changed.length)] ^= 1;
    return changed;
  }
}
