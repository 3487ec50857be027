package dev.pinnedimage.registry.manifest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pinnedimage.image.Digest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * An image as builders push it, of any shape that registries hold, built from its leaves up, so
 * that each document can be damaged before its parent names its digest.
 */
final class MutatedImage {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> PLATFORMS =
      List.of(
          "linux/amd64/",
          "linux/arm64/",
          "linux/arm64/v8",
          "linux/arm/v6",
          "linux/arm/",
          "Linux/X86_64/",
          "linux/amd64/v3",
          "linux/riscv64/",
          "windows/amd64/");

  final Map<Digest, byte[]> manifests = new HashMap<>();
  final Map<Digest, byte[]> configs = new HashMap<>();
  final byte[] root;
  final String contentType;
  final Damage damage;
  private final RandomGenerator random;

  MutatedImage(RandomGenerator random, Damage damage) {
    this.random = random;
    this.damage = damage;
    boolean plain = random.nextInt(8) == 0;
    ObjectNode document = plain ? image(pick(PLATFORMS), false) : index(1);
    this.contentType = damage.contentType(document.path("mediaType").asText());
    this.root = damage.root(document);
  }

  private ObjectNode index(int level) {
    boolean docker = random.nextInt(3) == 0;
    ObjectNode index = document(docker ? MediaTypes.DOCKER_LIST : MediaTypes.OCI_INDEX);
    ArrayNode children = index.putArray("manifests");
    int count = random.nextInt(200) == 0 ? 60 + random.nextInt(8) : 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      children.add(child(level, count));
    }
    if (random.nextInt(6) == 0) {
      index.putObject("annotations").put("org.opencontainers.image.created", "2026");
    }
    return index;
  }

  private ObjectNode child(int level, int siblings) {
    return switch (random.nextInt(12)) {
      case 0 -> attestation();
      case 1 -> artifact();
      case 2 -> entry(image(pick(PLATFORMS), false), "", manifests);
      case 3 -> {
        boolean deeper = siblings < 10 && level < 4;
        yield deeper ? entry(index(level + 1), "", manifests) : attestation();
      }
      case 4 -> foreign();
      default -> {
        String platform = pick(PLATFORMS);
        yield entry(image(platform, random.nextBoolean()), platform, manifests);
      }
    };
  }

  private ObjectNode image(String platform, boolean docker) {
    ObjectNode config = damage.document(withPlatform(JSON.objectNode(), platform));
    config.putObject("rootfs").put("type", "layers");
    String type = docker ? MediaTypes.DOCKER_MANIFEST : MediaTypes.OCI_MANIFEST;
    ObjectNode image = document(type);
    config.put(
        "mediaType",
        docker
            ? "application/vnd.docker.container.image.v1+json"
            : "application/vnd.oci.image.config.v1+json");
    image.set("config", entry(config, "", configs));
    ObjectNode layer = image.putArray("layers").addObject();
    layer.put("mediaType", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
    layer.put("size", 1).put("digest", Digest.of(new byte[] {1}).value());
    layer.putArray("urls").add("https://layers.example/1");
    return image;
  }

  private ObjectNode attestation() {
    ObjectNode entry = entry(image("unknown/unknown/", false), "unknown/unknown/", manifests);
    entry.putObject("annotations").put("vnd.docker.reference.type", "attestation-manifest");
    return entry;
  }

  private ObjectNode artifact() {
    ObjectNode manifest = image("linux/amd64/", false);
    manifest.put("artifactType", "application/spdx+json");
    ObjectNode entry = entry(manifest, "", manifests);
    return random.nextBoolean() ? entry.put("artifactType", "application/spdx+json") : entry;
  }

  private ObjectNode foreign() {
    return entry(image("linux/amd64/", false), "linux/s390x/", manifests)
        .put("mediaType", "application/vnd.cncf.helm.chart.content.v1");
  }

  /** A descriptor of a document, which is damaged first and then kept by its digest. */
  private ObjectNode entry(ObjectNode document, String platform, Map<Digest, byte[]> store) {
    String type = document.path("mediaType").asText();
    byte[] bytes = damage.bytes(damage.document(document));
    Digest digest = Digest.of(bytes);
    store.put(digest, bytes);
    ObjectNode entry = JSON.objectNode();
    entry.put("mediaType", type).put("digest", digest.value()).put("size", bytes.length);
    if (!platform.isEmpty()) {
      entry.set("platform", damage.document(withPlatform(JSON.objectNode(), platform)));
    }
    return damage.document(entry);
  }

  private ObjectNode withPlatform(ObjectNode node, String platform) {
    String[] parts = platform.split("/", -1);
    node.put("os", parts[0]).put("architecture", parts[1]);
    if (!parts[2].isEmpty()) {
      node.put("variant", parts[2]);
    }
    return parts[0].equals("windows") ? node.put("os.version", "10.0.20348.2700") : node;
  }

  private static ObjectNode document(String mediaType) {
    return JSON.objectNode().put("schemaVersion", 2).put("mediaType", mediaType);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }
}
