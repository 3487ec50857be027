package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Digest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@RealCluster
class RegistryServerIT {
  @Test
  void servesTheDigestThatWasPushed(RegistryServer registry) {
    TestImages images = new TestImages(registry);
    List<PushedImage> pushed =
        List.of(
            images.pushIndex("shapes", "index", "1", "linux/amd64", "linux/arm64/v8"),
            images.pushDockerList("shapes", "list", "1", "linux/amd64", "linux/arm/v7"),
            images.pushManifest("shapes", "plain", "1", "linux/arm64"),
            images.pushDockerManifest("shapes", "docker-plain", "1", "linux/arm64"),
            images.pushIndexWithAttestation("shapes", "buildx", "1", "linux/arm64"),
            images.pushNestedIndex("shapes", "nested", "1", "linux/amd64", "linux/arm64"),
            images.pushIndexWithoutPlatforms("shapes", "silent", "1", "linux/amd64"),
            images.pushIndex("shapes", "windows", "1", "windows/amd64:10.0.20348.1"));

    assertThat(pushed)
        .allSatisfy(image ->
            assertThat(images.pusher().head("shapes", image.tag())).isEqualTo(image.digest()));
  }

  @Test
  void theSeedDecidesTheContent(RegistryServer registry) {
    TestImages images = new TestImages(registry);
    PushedImage first = images.pushIndex("seeds", "1", "a", "linux/amd64");
    PushedImage again = images.pushIndex("seeds", "1", "a", "linux/amd64");
    PushedImage other = images.pushIndex("seeds", "1", "b", "linux/amd64");

    assertThat(again).isEqualTo(first);
    assertThat(other.digest()).isNotEqualTo(first.digest());
    assertThat(images.pusher().head("seeds", "1")).isEqualTo(other.digest());
    assertThat(images.pusher().head("seeds", first.digest().value())).isEqualTo(first.digest());
  }

  @Test
  void aFreshAttestationMovesTheTagAndNothingElse(RegistryServer registry) {
    TestImages images = new TestImages(registry);
    PushedImage before =
        images.pushIndexWithAttestation("rebuilt", "1", "a", "linux/amd64", "linux/arm64");
    PushedImage after = images.rebuildAttestations(before, "b");

    assertThat(after.digest()).isNotEqualTo(before.digest());
    assertThat(after.runnable()).isEqualTo(before.runnable());
    assertThat(after.children()).hasSize(4);
  }

  @Test
  void losesATagOrAManifest(RegistryServer registry) {
    TestImages images = new TestImages(registry);
    PushedImage image = images.pushIndex("deleted", "1", "a", "linux/amd64");
    images.pusher().retag("deleted", "1", "2");

    images.pusher().deleteTag("deleted", "1");
    assertThatThrownBy(() -> images.pusher().head("deleted", "1")).hasMessageContaining("404");
    assertThat(images.pusher().head("deleted", "2")).isEqualTo(image.digest());

    images.pusher().deleteManifest("deleted", image.digest());
    assertThatThrownBy(() -> images.pusher().head("deleted", image.digest().value()))
        .hasMessageContaining("404");
  }

  @Test
  void storesAnythingThatIsAManifest(RegistryServer registry) {
    byte[] sparse =
        """
        {"schemaVersion":2,"mediaType":"%s","manifests":[{"mediaType":"%s","size":1,
         "digest":"%s","platform":{"os":"linux","architecture":"amd64"},"artifactType":"a/b"}]}
        """
            .formatted(
                MediaTypes.OCI_INDEX, MediaTypes.OCI_MANIFEST, Digest.of(new byte[] {1}).value())
            .getBytes(StandardCharsets.UTF_8);
    ImagePusher pusher = new ImagePusher(registry);

    Digest digest = pusher.pushRaw("raw", "1", MediaTypes.OCI_INDEX, sparse);

    assertThat(pusher.head("raw", "1")).isEqualTo(digest);
  }

  @Test
  void countsLooksAndPulls(RegistryServer registry) {
    TestImages images = new TestImages(registry);
    images.pushIndex("counted", "1", "a", "linux/amd64");
    images.pusher().head("counted", "1");
    images.pusher().head("counted", "1");

    assertThat(registry.accessLog())
        .filteredOn(line -> line.path().equals("/v2/counted/manifests/1"))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("second")
        .containsExactly(
            new AccessLogLine(
                Instant.EPOCH, "PUT", "/v2/counted/manifests/1", 201, ImagePusher.USER_AGENT),
            new AccessLogLine(
                Instant.EPOCH, "HEAD", "/v2/counted/manifests/1", 200, ImagePusher.USER_AGENT),
            new AccessLogLine(
                Instant.EPOCH, "HEAD", "/v2/counted/manifests/1", 200, ImagePusher.USER_AGENT));
  }

  @Test
  void keepsItsImagesThroughAnOutage() {
    try (RegistryServer registry = RegistryServer.start()) {
      TestImages images = new TestImages(registry);
      PushedImage image = images.pushIndex("kept", "1", "a", "linux/amd64");

      registry.stop();
      assertThatThrownBy(() -> images.pusher().head("kept", "1")).hasMessageContaining("HEAD");
      registry.restart();

      assertThat(images.pusher().head("kept", "1")).isEqualTo(image.digest());
    }
  }

  @Test
  void asksForCredentials() throws Exception {
    try (RegistryServer registry = RegistryServer.startWithBasicAuth(Login.PULLER)) {
      TestImages images = new TestImages(registry);
      PushedImage image = images.pushIndex("private", "1", "a", "linux/amd64");

      assertThat(status(registry, null)).isEqualTo(401);
      assertThat(status(registry, Login.PULLER_ROTATED)).isEqualTo(401);
      assertThat(status(registry, Login.PULLER)).isEqualTo(200);

      registry.changePassword(Login.PULLER_ROTATED);
      assertThat(status(registry, Login.PULLER)).isEqualTo(401);
      assertThat(status(registry, Login.PULLER_ROTATED)).isEqualTo(200);
      assertThat(image.reference(registry)).startsWith(registry.host() + "/private:1");
    }
  }

  @Test
  void isTrustedByItsCaOnly() {
    try (RegistryServer registry = RegistryServer.startWithTlsAndBasicAuth(Login.PULLER)) {
      TestImages images = new TestImages(registry);
      PushedImage image = images.pushIndex("private", "1", "a", "linux/amd64");

      assertThat(images.pusher().head("private", "1")).isEqualTo(image.digest());
      assertThat(registry.caFile()).get().asString().endsWith("ca.pem");
      try (HttpClient stranger = HttpClient.newHttpClient()) {
        HttpRequest request = HttpRequest.newBuilder(registry.uri("/v2/")).build();
        assertThatThrownBy(() -> stranger.send(request, BodyHandlers.discarding()))
            .hasMessageContaining("PKIX path building failed");
      }
    }
  }

  private static int status(RegistryServer registry, @Nullable Login login)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(registry.uri("/v2/private/manifests/1"))
            .header("Accept", MediaTypes.OCI_INDEX);
    if (login != null) {
      request.header("Authorization", login.basic());
    }
    return registry.http().send(request.build(), BodyHandlers.discarding()).statusCode();
  }
}
