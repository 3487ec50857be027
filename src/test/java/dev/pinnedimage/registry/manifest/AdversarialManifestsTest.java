package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.DIGEST;
import static dev.pinnedimage.registry.Fixtures.bareEntry;
import static dev.pinnedimage.registry.Fixtures.config;
import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.Platform;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Refusal;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shapes that readers have disagreed about: the tests of containerd (images, platforms),
 * go-containerregistry and distribution, and Go's encoding/json.
 */
class AdversarialManifestsTest {
  private static final String AMD64 = entry("linux", "amd64");

  private final Map<Digest, byte[]> manifests = new HashMap<>();
  private final Map<Digest, byte[]> configs = new HashMap<>();

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'os':'linux','architecture':'arm64'                      | linux/arm64",
        "'os':'Linux','architecture':'AARCH64'                    | linux/arm64",
        "'os':'linux','architecture':'arm','variant':'V6'         | linux/arm/v6",
        "'os':'linux','architecture':'arm64','os.features':[]     | linux/arm64",
        "'os':'windows','architecture':'amd64','os.version':'10.0.20348.1' | windows/amd64:10.0.20348.1",
        "'os':'windows','architecture':'amd64','os.features':['win32k']    | windows/amd64",
        "'os':'linux','architecture':'arm64','os.version':'6.1'   | linux/arm64",
        // What no node's matcher would match:
        "'os':'linux'                                             | none",
        "'os':' linux','architecture':'arm64'                     | none",
        "'os':'linux','architecture':'unknown'                    | none",
        "'os':'linux/arm','architecture':'v7'                     | none",
        "'os':'linux','architecture':'arm64:1'                    | none",
        "'os':'linux','architecture':'arm64','variant':'v8:9'     | none",
        "'os':'linux','architecture':'arm64','os.features':['erofs'] | none",
        "'os':'windows','architecture':'amd64','os.version':'latest' | none",
        "                                                         | none",
      })
  void readsAPlatformAsANodesMatcherDoes(String platform, String read) throws Refusal {
    String fields = platform == null ? "" : platform.replace('\'', '"');
    String other = AMD64.replace("\"os\":\"linux\",\"architecture\":\"amd64\"", fields);

    assertThat(platforms(index(AMD64, other)))
        .isEqualTo(read.equals("none") ? "linux/amd64" : "linux/amd64 " + read);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Go reads a name in any letter case, and the last one wins.
        "{'schemaVersion':2,'manifests':[ENTRY],'Manifests':[]}",
        "{'schemaVersion':2,'SCHEMAVERSION':1,'manifests':[ENTRY]}",
        "{'schemaVersion':2,'MediaType':'x','manifests':[ENTRY]}",
        "{'\u017fchemaVersion':1,'schemaVersion':2,'manifests':[ENTRY]}",
        "{'schemaVersion':2,'manifests':[ENTRY,{'Digest':'DIGEST'}]}",
        // A field of another type fails Go's decoding of all of it.
        "{'schemaVersion':2,'mediaType':5,'manifests':[ENTRY]}",
        "{'schemaVersion':2,'artifactType':[],'manifests':[ENTRY]}",
        "{'schemaVersion':2,'annotations':{'a':1},'manifests':[ENTRY]}",
        "{'schemaVersion':2,'subject':'DIGEST','manifests':[ENTRY]}",
        "{'schemaVersion':2,'manifests':[ENTRY,null]}",
        "{'schemaVersion':2,'manifests':[ENTRY,'DIGEST']}",
        "{'schemaVersion':2.0,'manifests':[ENTRY]}",
        "{'schemaVersion':2e0,'manifests':[ENTRY]}",
        "{'schemaVersion':NaN,'manifests':[ENTRY]}",
        "{'schemaVersion':99999999999999999999,'manifests':[ENTRY]}",
        // Two things at once.
        "{'schemaVersion':2,'manifests':[ENTRY],'config':null}",
        "{'schemaVersion':2,'manifests':[ENTRY],'fsLayers':[]}",
        "{'schemaVersion':2,'manifests':null}",
      })
  void refusesWhatTwoReadersWouldReadDifferently(String body) {
    String json = body.replace('\'', '"').replace("ENTRY", AMD64).replace("DIGEST", DIGEST);

    assertThat(outcome(json.getBytes(UTF_8), "application/json")).startsWith("MANIFEST_INVALID");
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    String body = index(AMD64);

    assertThat(outcome(body.getBytes(UTF_8), "")).isEqualTo("linux/amd64");
    assertThat(outcome((" \r\n" + body + "\n").getBytes(UTF_8), "")).isEqualTo("linux/amd64");
    assertThat(outcome(("\uFEFF" + body).getBytes(UTF_8), "")).startsWith("MANIFEST_INVALID");
    assertThat(outcome(body.getBytes(UTF_16LE), "")).startsWith("MANIFEST_INVALID");
    assertThat(outcome((" " + body).getBytes(UTF_16LE), "")).startsWith("MANIFEST_INVALID");
  }

  /** As podman pushes zstd and gzip children: a node takes the first that it can. */
  @Test
  void listsAPlatformOnceHoweverManyChildrenServeIt() throws Refusal {
    String zstd = AMD64.replace(DIGEST, digestOf("zstd").value());

    Resolved resolved = read(index(AMD64, zstd).getBytes(UTF_8), MediaTypes.OCI_INDEX);

    assertThat(resolved.platforms()).containsExactly(Platform.of("linux", "amd64"));
    assertThat(resolved.isSinglePlatform()).isTrue();
    assertThat(resolved.platformOfInner(digestOf("zstd").value())).isPresent();
  }

  @Test
  void readsADockerListOfOciManifestsAndAnIndexWithSubjectAndAnnotations() throws Refusal {
    String list = index(AMD64).replace(MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST);
    String subject =
        index(AMD64)
            .replace(
                "\"manifests\"",
                "\"artifactType\":null,\"annotations\":{\"a\":\"b\"},\"subject\":"
                    + AMD64
                    + ",\"manifests\"");

    assertThat(outcome(list.getBytes(UTF_8), MediaTypes.DOCKER_LIST)).isEqualTo("linux/amd64");
    assertThat(outcome(subject.getBytes(UTF_8), MediaTypes.OCI_INDEX)).isEqualTo("linux/amd64");
  }

  @Test
  void refusesAnEntryWhoseSizeOrKindIsNotThatOfItsBytes() {
    String inner = index(AMD64);
    String image = image(config("linux", "arm64"));
    keep(inner);
    keep(image);
    String right = bareEntry(MediaTypes.OCI_MANIFEST, image);

    assertThat(outcome(index(right))).isEqualTo("linux/arm64");
    assertThat(outcome(index(right.replace("\"size\":", "\"size\":1"))))
        .contains("another size than it has");
    assertThat(outcome(index(bareEntry(MediaTypes.OCI_INDEX, image))))
        .contains("calls an entry an index that is none");
    assertThat(outcome(index(bareEntry(MediaTypes.OCI_MANIFEST, inner))))
        .contains("calls an entry a manifest that is none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"os\":1}", "{\"os\":\"linux\",\"OS\":\"x\"}"})
  void refusesAnIndexThatLeavesItsPlatformToAConfigThatIsNone(String config) {
    String image = image(config);
    keep(image);

    assertThat(outcome(index(AMD64, bareEntry(MediaTypes.OCI_MANIFEST, image))))
        .isEqualTo("MANIFEST_INVALID: an image's config is none");
  }

  @Test
  void comesOutOfACycle() {
    String self = "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":0}";
    String cyclic = index(self.formatted(MediaTypes.OCI_INDEX, DIGEST));
    // No honest content has its own digest in it: this repository lies about what it hands out.
    String entry = self.replace("\"size\":0", "\"size\":" + cyclic.length());
    String body = index(entry.formatted(MediaTypes.OCI_INDEX, DIGEST));
    manifests.put(new Digest(DIGEST), body.getBytes(UTF_8));

    assertThat(outcome(body)).startsWith("MANIFEST_INVALID");
  }

  @Test
  void countsImagesOverAllLevels() {
    String inner = index(Collections.nCopies(40, AMD64).toArray(String[]::new));
    keep(inner);
    String nested = bareEntry(MediaTypes.OCI_INDEX, inner);

    assertThat(outcome(index(nested, AMD64))).startsWith("linux/amd64");
    assertThat(outcome(index(nested, nested))).contains("more than 64 images");
  }

  private String image(String config) {
    configs.put(digestOf(config), config.getBytes(UTF_8));
    return manifest(digestOf(config).value());
  }

  private void keep(String manifest) {
    manifests.put(digestOf(manifest), manifest.getBytes(UTF_8));
  }

  private String platforms(String body) throws Refusal {
    return words(read(body.getBytes(UTF_8), MediaTypes.OCI_INDEX));
  }

  private String outcome(String body) {
    return outcome(body.getBytes(UTF_8), MediaTypes.OCI_INDEX);
  }

  private String outcome(byte[] body, String contentType) {
    try {
      return words(read(body, contentType));
    } catch (Refusal e) {
      return e.reason() + ": " + e.getMessage();
    }
  }

  private static String words(Resolved resolved) {
    return resolved.children().stream()
        .map(child -> child.platform().toString())
        .collect(Collectors.joining(" "));
  }

  private Resolved read(byte[] body, String contentType) throws Refusal {
    Contents kept =
        new Contents() {
          @Override
          public Fetched manifest(Digest digest) {
            return new Fetched(digest, "", Objects.requireNonNull(manifests.get(digest)));
          }

          @Override
          public byte[] config(Digest digest) {
            return Objects.requireNonNull(configs.get(digest));
          }
        };
    return new IndexWalk(kept).read(new Fetched(Digest.of(body), contentType, body));
  }
}
