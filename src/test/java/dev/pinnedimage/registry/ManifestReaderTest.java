package dev.pinnedimage.registry;

import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;
import static dev.pinnedimage.image.Failure.UNSUPPORTED_MEDIA_TYPE;
import static dev.pinnedimage.registry.Fixtures.DIGEST;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestReaderTest {
  private static final String ATTESTATION =
      "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1,%s}";

  @Test
  void readsThePlatformsOfAnIndexAndToleratesUnknownFields() throws Refusal {
    String body =
        index(entry("linux", "amd64"), entry("linux", "arm64"))
            .replace(
                "\"schemaVersion\"",
                "\"artifactType\":\"\",\"future\":{\"a\":[1]},\"schemaVersion\"");

    assertThat(platforms(body)).containsExactly("linux/amd64", "linux/arm64");
  }

  @Test
  void leavesOutAttestationsAndArtifacts() throws Refusal {
    String unknown =
        ATTESTATION.formatted(
            MediaTypes.OCI_MANIFEST,
            DIGEST,
            "\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}");
    String annotated =
        ATTESTATION.formatted(
            MediaTypes.OCI_MANIFEST,
            DIGEST,
            "\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}");
    String artifact =
        ATTESTATION.formatted(
            MediaTypes.OCI_MANIFEST, DIGEST, "\"artifactType\":\"application/spdx+json\"");
    String chart = ATTESTATION.formatted("application/vnd.cncf.helm.chart.v1", DIGEST, "\"x\":1");

    assertThat(platforms(index(entry("linux", "amd64"), unknown, annotated, artifact, chart)))
        .containsExactly("linux/amd64");
  }

  @Test
  void keepsTheVersionOfWindowsAndOfNothingElse() throws Refusal {
    String platform = "\"os\":\"%s\",\"architecture\":\"amd64\",\"os.version\":\"10.0.20348.1\"";
    String entry = ATTESTATION.replace("%s}", "\"platform\":{%s}}");
    String windows =
        entry.formatted(MediaTypes.OCI_MANIFEST, DIGEST, platform.formatted("windows"));
    String linux = entry.formatted(MediaTypes.OCI_MANIFEST, DIGEST, platform.formatted("linux"));

    assertThat(platforms(index(windows, linux)))
        .containsExactly("windows/amd64:10.0.20348.1", "linux/amd64");
  }

  @Test
  void leavesAnEntryWithoutPlatformToItsConfig() throws Refusal {
    String bare = ATTESTATION.formatted(MediaTypes.DOCKER_MANIFEST, DIGEST, "\"x\":1");

    assertThat(read(index(bare), MediaTypes.OCI_INDEX))
        .asInstanceOf(type(Manifest.Index.class))
        .satisfies(index ->
            assertThat(index.entries())
                .containsExactly(new Manifest.Entry(Fixtures.digest(), false, null)));
  }

  @ParameterizedTest(name = "body {0}, served as {1}: {2}")
  @CsvSource({
    "OCI_INDEX,    OCI_INDEX,                                  Index",
    "OCI_INDEX,    'OCI_INDEX; charset=utf-8',                 Index",
    "none,         OCI_INDEX,                                  Index",
    "DOCKER_LIST,  application/json,                           Index",
    "none,         '',                                         Index",
    "OCI_INDEX,    DOCKER_LIST,                                MANIFEST_INVALID",
    "OCI_MANIFEST, OCI_INDEX,                                  MANIFEST_INVALID",
    "none,         OCI_MANIFEST,                               MANIFEST_INVALID",
    "OCI_INDEX,    text/html,                                  UNSUPPORTED_MEDIA_TYPE",
    "image/png,    '',                                         UNSUPPORTED_MEDIA_TYPE",
    "none,         application/vnd.docker.distribution.manifest.v1+prettyjws, UNSUPPORTED_MEDIA_TYPE",
  })
  void wantsBodyAndContentTypeToAgree(String own, String served, String outcome) {
    String field = own.equals("none") ? "" : "\"mediaType\":\"" + named(own) + "\",";
    String body = "{\"schemaVersion\":2," + field + "\"manifests\":[]}";

    assertThat(outcome(body, named(served))).isEqualTo(outcome);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "<html>",
        "{\"schemaVersion\":2,\"manifests\":[]",
        "{\"schemaVersion\":2,\"manifests\":[]} {}",
        "{\"schemaVersion\":2,\"manifests\":[],\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":{}}",
        "{\"schemaVersion\":2}",
        "{\"manifests\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[],\"config\":{}}",
        "{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}",
        "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"x\",\"size\":1}]}",
      })
  void refusesWhatIsNoIndex(String body) {
    assertThat(outcome(body, MediaTypes.OCI_INDEX)).isEqualTo("MANIFEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"digest\":\"sha256:abc\",\"size\":1",
        "\"digest\":\"sha512:DD\",\"size\":1",
        "\"size\":1",
        "\"digest\":\"DIGEST\"",
        "\"digest\":\"DIGEST\",\"size\":-1",
        "\"digest\":\"DIGEST\",\"size\":\"1\"",
        "\"digest\":\"DIGEST\",\"size\":1e99",
        "\"digest\":\"DIGEST\",\"size\":99999999999999999999",
      })
  void refusesEntriesWithoutProperDigestAndSize(String fields) {
    String entry =
        "{\"mediaType\":\""
            + MediaTypes.OCI_MANIFEST
            + "\","
            + fields.replace("DIGEST", DIGEST)
            + "}";

    assertThat(outcome(index(entry), MediaTypes.OCI_INDEX)).isEqualTo("MANIFEST_INVALID");
  }

  @Test
  void refusesMoreThan64EntriesAndDepthsThatAreNoManifest() {
    String entry = entry("linux", "amd64");
    String deep = "[".repeat(1000) + "]".repeat(1000);

    assertThat(outcome(index(many(64, entry)), MediaTypes.OCI_INDEX)).isEqualTo("Index");
    assertThat(outcome(index(many(65, entry)), MediaTypes.OCI_INDEX)).isEqualTo("MANIFEST_INVALID");
    assertThat(outcome("{\"schemaVersion\":2,\"x\":" + deep + ",\"manifests\":[]}", ""))
        .isEqualTo("MANIFEST_INVALID");
  }

  @Test
  void refusesSchema1AsUnsupported() {
    assertThat(outcome("{\"schemaVersion\":1,\"fsLayers\":[]}", "application/json"))
        .isEqualTo("UNSUPPORTED_MEDIA_TYPE");
  }

  @ParameterizedTest(name = "config {0}, artifactType {1}: {2}")
  @CsvSource({
    "application/vnd.oci.image.config.v1+json,       '',                    Image",
    "application/vnd.docker.container.image.v1+json, '',                    Image",
    "application/vnd.oci.empty.v1+json,              application/spdx+json, Artifact",
    "application/vnd.cncf.helm.config.v1+json,       '',                    Artifact",
    "application/vnd.oci.image.config.v1+json,       application/x.wasm,    Artifact",
  })
  void tellsImagesFromArtifacts(String config, String artifactType, String kind) {
    String body =
        manifest(DIGEST)
            .replace("application/vnd.oci.image.config.v1+json", config)
            .replace("\"layers\"", "\"artifactType\":\"" + artifactType + "\",\"layers\"");

    assertThat(outcome(body, MediaTypes.OCI_MANIFEST)).isEqualTo(kind);
  }

  @Test
  void neverRepeatsServerTextUnbounded() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> read("{}", "text/\u001b[31m" + "x".repeat(500)))
        .satisfies(refusal ->
            assertThat(refusal.getMessage()).hasSizeLessThan(250).doesNotContain("\u001b"));
  }

  private static String outcome(String body, String contentType) {
    try {
      return read(body, contentType).getClass().getSimpleName();
    } catch (Refusal e) {
      assertThat(e.reason()).isIn(MANIFEST_INVALID, UNSUPPORTED_MEDIA_TYPE);
      return e.reason().name();
    }
  }

  private static List<String> platforms(String body) throws Refusal {
    if (!(read(body, MediaTypes.OCI_INDEX) instanceof Manifest.Index index)) {
      throw new AssertionError("no index: " + body);
    }
    return index.entries().stream().map(entry -> String.valueOf(entry.declared())).toList();
  }

  private static Manifest read(String body, String contentType) throws Refusal {
    return ManifestReader.read(body.getBytes(UTF_8), contentType);
  }

  private static String[] many(int count, String entry) {
    return Collections.nCopies(count, entry).toArray(String[]::new);
  }

  private static String named(String text) {
    return text.replace("OCI_INDEX", MediaTypes.OCI_INDEX)
        .replace("DOCKER_LIST", MediaTypes.DOCKER_LIST)
        .replace("OCI_MANIFEST", MediaTypes.OCI_MANIFEST);
  }
}
