package dev.pinnedimage.harness;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pinnedimage.image.Digest;
import java.util.List;
import java.util.TreeMap;

/** The JSON of images in their two dialects; equal input gives equal bytes. */
enum ImageFormat {
  OCI(MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, MediaTypes.OCI_CONFIG, MediaTypes.OCI_LAYER),
  DOCKER(
      MediaTypes.DOCKER_LIST,
      MediaTypes.DOCKER_MANIFEST,
      MediaTypes.DOCKER_CONFIG,
      MediaTypes.DOCKER_LAYER);

  private static final ObjectMapper JSON = new ObjectMapper();

  final String index;
  final String manifest;
  final String config;
  final String layer;

  ImageFormat(String index, String manifest, String config, String layer) {
    this.index = index;
    this.manifest = manifest;
    this.config = config;
    this.layer = layer;
  }

  byte[] config(String platform, Digest diffId) {
    ObjectNode config = JSON.createObjectNode();
    config.setAll(platform(platform));
    config.putObject("config").putArray("Cmd").add("/content");
    ObjectNode rootfs = config.putObject("rootfs").put("type", "layers");
    rootfs.putArray("diff_ids").add(diffId.value());
    return bytes(config);
  }

  byte[] manifest(Descriptor config, Descriptor layer) {
    ObjectNode manifest = document(this.manifest);
    manifest.set("config", descriptor(config));
    manifest.putArray("layers").add(descriptor(layer));
    return bytes(manifest);
  }

  byte[] index(List<Descriptor> children) {
    ObjectNode document = document(index);
    ArrayNode manifests = document.putArray("manifests");
    children.forEach(child -> manifests.add(descriptor(child)));
    return bytes(document);
  }

  private static ObjectNode document(String mediaType) {
    return JSON.createObjectNode().put("schemaVersion", 2).put("mediaType", mediaType);
  }

  private static ObjectNode descriptor(Descriptor descriptor) {
    ObjectNode json = JSON.createObjectNode();
    json.put("mediaType", descriptor.mediaType());
    json.put("digest", descriptor.digest().value());
    json.put("size", descriptor.size());
    if (!descriptor.platform().isEmpty()) {
      json.set("platform", platform(descriptor.platform()));
    }
    if (!descriptor.annotations().isEmpty()) {
      json.set("annotations", JSON.valueToTree(new TreeMap<>(descriptor.annotations())));
    }
    return json;
  }

  private static ObjectNode platform(String spelling) {
    String[] versioned = spelling.split(":", 2);
    String[] parts = versioned[0].split("/", 3);
    if (parts.length < 2) {
      throw new IllegalArgumentException("not os/arch[/variant][:osVersion]: " + spelling);
    }
    ObjectNode json = JSON.createObjectNode().put("architecture", parts[1]).put("os", parts[0]);
    if (parts.length == 3) {
      json.put("variant", parts[2]);
    }
    return versioned.length == 2 ? json.put("os.version", versioned[1]) : json;
  }

  private static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree always has a JSON form", e);
    }
  }
}
