package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.bareEntry;
import static dev.pinnedimage.registry.Fixtures.config;
import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static dev.pinnedimage.registry.Fixtures.reference;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The protocol against the CNCF registry, with Basic authentication as it is run in clusters. */
class RegistryResolverIT {
  private static final Credential.Basic OWNER = new Credential.Basic("owner", "opensesame");
  private static final String HTPASSWD =
      "owner:$2y$05$abcdefghijklmnopqrstuuQbLfdQZSxZ9gjhA5V9o8Tyc6aQRO0Qi\n";

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path dir;
  private Process process;
  private String authority;
  private RegistryResolver resolver;

  @BeforeEach
  void start() throws Exception {
    int port = freePort();
    authority = "127.0.0.1:" + port;
    Path users = Files.writeString(dir.resolve("htpasswd"), HTPASSWD);
    Path config =
        Files.writeString(
            dir.resolve("config.yml"),
            """
            version: 0.1
            log: {level: error}
            storage: {inmemory: {}}
            http: {addr: "%s"}
            auth: {htpasswd: {realm: test, path: "%s"}}
            """
                .formatted(authority, users));
    process =
        new ProcessBuilder(binary(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    await().ignoreExceptions().until(() -> isListening(port));
    resolver = new RegistryResolver(Fixtures.plainHttp(authority), InstantSource.system());
  }

  @AfterEach
  void stop() throws InterruptedException {
    process.destroy();
    process.waitFor();
    http.close();
  }

  @Test
  void followsATagAsItMoves() throws Exception {
    String first = pushIndex("1", "amd64");
    Resolved before = (Resolved) ask(":1", OWNER);
    String second = pushIndex("1", "arm64");
    Resolved after = (Resolved) ask(":1", OWNER);

    assertThat(before.digest()).isEqualTo(digestOf(first));
    assertThat(after.digest()).isEqualTo(digestOf(second));
    assertThat(after.shape()).isEqualTo(Shape.INDEX);
    assertThat(after.platforms()).extracting(Object::toString).containsExactly("linux/arm64");
    assertThat(ask("@" + before.digest(), OWNER)).isEqualTo(before);
  }

  @Test
  void readsAPlainManifest() throws Exception {
    String manifest = pushManifest("plain", "arm64");

    assertThat(ask(":plain", OWNER))
        .isInstanceOfSatisfying(
            Resolved.class,
            resolved -> {
              assertThat(resolved.shape()).isEqualTo(Shape.MANIFEST);
              assertThat(resolved.digest()).isEqualTo(digestOf(manifest));
              assertThat(resolved.platforms()).hasToString("[linux/arm64]");
            });
  }

  @Test
  void tellsWhatIsMissingApart() throws Exception {
    pushManifest("there", "amd64");

    assertThat(reason(ask(":missing", OWNER))).isEqualTo(Failure.TAG_NOT_FOUND);
    assertThat(reason(ask("@" + Fixtures.DIGEST, OWNER))).isEqualTo(Failure.PINNED_DIGEST_GONE);
    // Seen with distribution 3.1: MANIFEST_UNKNOWN, also where there is no such repository.
    assertThat(reason(ask("-other:1", OWNER))).isEqualTo(Failure.TAG_NOT_FOUND);
  }

  @Test
  void tellsMissingFromWrongCredentials() {
    assertThat(reason(ask(":1", Credential.ANONYMOUS))).isEqualTo(Failure.AUTHENTICATION_REQUIRED);
    assertThat(reason(ask(":1", new Credential.Basic("owner", "wrong"))))
        .isEqualTo(Failure.CREDENTIALS_REJECTED);
  }

  private Resolution ask(String rest, Credential credential) {
    return resolver.resolve(new Query(reference(authority + "/team/app" + rest), credential));
  }

  private static Failure reason(Resolution resolution) {
    return ((Unresolved) resolution).reason();
  }

  /** An index whose only entry leaves its platform to the config. */
  private String pushIndex(String tag, String architecture) throws Exception {
    String manifest = pushManifest("inner-" + architecture, architecture);
    String index = index(bareEntry(MediaTypes.OCI_MANIFEST, manifest));
    put("/v2/team/app/manifests/" + tag, MediaTypes.OCI_INDEX, index);
    return index;
  }

  private String pushManifest(String tag, String architecture) throws Exception {
    String config = config("linux", architecture);
    HttpRequest start =
        request("/v2/team/app/blobs/uploads/").POST(BodyPublishers.noBody()).build();
    String upload =
        http.send(start, BodyHandlers.discarding()).headers().firstValue("Location").orElseThrow();
    String path = upload.substring(upload.indexOf("/v2/"));
    put(path + "&digest=" + digestOf(config), "application/octet-stream", config);
    String manifest =
        manifest(digestOf(config).value()).replace("\"size\":7", "\"size\":" + config.length());
    put("/v2/team/app/manifests/" + tag, MediaTypes.OCI_MANIFEST, manifest);
    return manifest;
  }

  private void put(String path, String type, String body) throws Exception {
    HttpRequest put =
        request(path)
            .header("Content-Type", type)
            .PUT(BodyPublishers.ofString(body, UTF_8))
            .build();
    var response = http.send(put, BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + authority + path))
        .header("Authorization", OWNER.authorization());
  }

  private static boolean isListening(int port) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String binary() throws IOException {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets != null && Files.isExecutable(Path.of(assets, "registry"))) {
      return Path.of(assets, "registry").toString();
    }
    Process where = new ProcessBuilder("hack/controlplane/build.sh", "--where").start();
    String found = new String(where.getInputStream().readAllBytes(), UTF_8).strip();
    return Path.of(found, "registry").toString();
  }
}
