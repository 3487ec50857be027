package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;
import static dev.pinnedimage.image.Failure.UNSUPPORTED_MEDIA_TYPE;
import static dev.pinnedimage.registry.Fixtures.DIGEST;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Refusal;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                .containsExactly(new Manifest.Entry(Fixtures.digest(), 1, false, null)));
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
  void neverRepeatsServerTextUnbounded() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> read("{}", "text/\u001b[31m" + "x".repeat(500)))
        .satisfies(refusal ->
            assertThat(refusal.getMessage()).hasSizeLessThan(250).doesNotContain("\u001b"));
  }

  static String outcome(String body, String contentType) {
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
}
