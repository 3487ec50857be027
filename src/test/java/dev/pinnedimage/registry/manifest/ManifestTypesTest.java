package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.DIGEST;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static dev.pinnedimage.registry.manifest.ManifestReaderTest.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Body and Content-Type against each other, and images against what only looks like one. */
class ManifestTypesTest {
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

  private static String named(String text) {
    return text.replace("OCI_INDEX", MediaTypes.OCI_INDEX)
        .replace("DOCKER_LIST", MediaTypes.DOCKER_LIST)
        .replace("OCI_MANIFEST", MediaTypes.OCI_MANIFEST);
  }
}
