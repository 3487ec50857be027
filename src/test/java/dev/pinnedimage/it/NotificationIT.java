package dev.pinnedimage.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.FreePort;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** The distribution registry posts its events to the operator, whose own interval is an hour. */
@RealCluster
@Isolated("measures seconds")
class NotificationIT {
  private static final String SECRET = "planted-secret-of-the-notification-test";
  private static final int IMAGES = 4;
  private static final int ROUNDS = 2;
  private static final int CROWD = 80;

  /** What the operator's {@code maxReqTime} is, and the second that its timer is coarse by. */
  private static final Duration HANGS_UP_WITHIN = Duration.ofSeconds(13);

  @TempDir static Path directory;
  private final int port = FreePort.find();
  private final URI endpoint = URI.create("http://127.0.0.1:" + port + "/registry");
  private final HttpClient http = HttpClient.newHttpClient();
  private RegistryServer registry;

  @BeforeEach
  void startRegistry() {
    registry = RegistryServer.startNotifying(endpoint, SECRET);
  }

  @AfterEach
  void close() {
    registry.close();
    http.close();
  }

  private World start(ControlPlane cluster, String name) throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), SECRET + "\n");
    return World.start(
        cluster,
        registry,
        name,
        "notifications:",
        "address: 127.0.0.1:" + port,
        "sources:",
        "- {name: registry, type: Distribution, secretFile: " + secret + "}");
  }

  private int post(String secret, String repository, String tag)
      throws IOException, InterruptedException {
    String event =
        """
        {"events": [{"action": "push", "target": {"repository": "%s", "tag": "%s",
          "digest": "sha256:%s"}, "request": {"host": "%s"}}]}
        """
            .formatted(repository, tag, "0".repeat(64), registry.host());
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .header("Authorization", "Bearer " + secret)
            .POST(BodyPublishers.ofString(event))
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void aPushIsSeenWithinASecondThoughTheIntervalIsAnHour(ControlPlane cluster) throws IOException {
    try (World world = start(cluster, "push")) {
      for (int i = 0; i < IMAGES; i++) {
        PushedImage image = world.push("web" + i, "1", "first");
        world.deploy("web" + i, image.reference(registry));
        world.pin("web" + i, image.reference(registry), "checkInterval: 1h");
        world.awaitPinned("web" + i, image);
      }
      List<Duration> took = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < IMAGES; i++) {
          took.add(pushAndAwait(world, "web" + i, "round " + round));
        }
      }
      System.out.println(
          "push -> TagMoved=True, in ms: " + took.stream().map(Duration::toMillis).toList());

      assertThat(took.stream().sorted().toList().get(took.size() / 2))
          .isLessThanOrEqualTo(Duration.ofSeconds(1));
      assertThat(world.operator().log()).doesNotContain(SECRET);
    }
  }

  private static Duration pushAndAwait(World world, String name, String seed) {
    PushedImage pushed = world.push(name, "1", seed);
    long start = System.nanoTime();
    await(name)
        .atMost(Duration.ofSeconds(20))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> sees(world.status(name), pushed));
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static boolean sees(PinnedImageStatus status, PushedImage pushed) {
    return status.upstream() != null
        && pushed.digest().value().equals(status.upstream().digest())
        && status.condition(ConditionType.TagMoved).filter(Condition::isTrue).isPresent();
  }

  @Test
  void aForgedNotificationChangesNothingAndCostsTwoHeadsAtMost(ControlPlane cluster)
      throws Exception {
    try (World world = start(cluster, "forged")) {
      PushedImage image = world.push("web", "1", "a");
      world.deploy("web", image.reference(registry));
      world.pin("web", image.reference(registry), "checkInterval: 1h");
      world.awaitPinned("web", image);
      world.awaitObserved("web");
      awaitQuiet();
      String versions = versions(world);
      int before = requests().size();

      assertThat(post("wrong-secret-of-the-notification-test", "web", "1")).isEqualTo(401);
      assertThat(post(SECRET, "other", "1")).isEqualTo(204);
      assertThat(post(SECRET, "web", "other")).isEqualTo(204);
      assertThat(post(SECRET, "web", "1")).isEqualTo(204);
      await().atMost(World.PATIENCE).until(() -> requests().size() > before);
      awaitQuiet();

      assertThat(requests().subList(before, requests().size()))
          .hasSizeLessThanOrEqualTo(2)
          .containsOnly("HEAD /v2/web/manifests/1");
      assertThat(versions(world)).isEqualTo(versions);
      assertThat(world.imagesOf("web")).containsExactly(image.pinned(registry));
    }
  }

  /** Until the operator has not asked the registry anything for two seconds. */
  private void awaitQuiet() {
    AtomicInteger seen = new AtomicInteger(-1);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(World.PATIENCE)
        .until(() -> {
          int now = requests().size();
          return seen.getAndSet(now) == now;
        });
  }

  private List<String> requests() {
    return registry.accessLog().stream()
        .filter(line -> line.userAgent().startsWith("pinnedimage-operator"))
        .map(line -> line.method() + " " + line.path())
        .toList();
  }

  private static String versions(World world) {
    return world.cluster.kubectl(
        "get",
        "pin,deploy",
        "-n",
        world.namespace,
        "-o",
        "jsonpath={.items[*].metadata.resourceVersion}");
  }

  @Test
  void hangsUpOnWhoSendsTooSlowlyAndHearsTheOthersMeanwhile(ControlPlane cluster) throws Exception {
    try (World world = start(cluster, "slow");
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), port)) {
      long start = System.nanoTime();
      OutputStream out = slow.getOutputStream();
      out.write(
          ("POST /registry HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                  + SECRET
                  + "\r\nContent-Length: 1000\r\n\r\n")
              .getBytes(UTF_8));
      assertThat(post(SECRET, "other", "1")).isEqualTo(204);

      await()
          .atMost(HANGS_UP_WITHIN)
          .pollInterval(Duration.ofMillis(250))
          .until(() -> isHungUpOn(slow));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(8));
      assertThat(world.operator().isReady()).isTrue();
    }
  }

  @Test
  void servesSixtyFourConnectionsAtOnceAndTheProbesBesideThem(ControlPlane cluster)
      throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try (World world = start(cluster, "crowd")) {
      for (int i = 0; i < CROWD; i++) {
        strangers.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> strangers.stream().filter(NotificationIT::isHungUpOn).count() == CROWD - 64);
      assertThat(world.operator().isReady()).isTrue();

      for (Socket stranger : strangers) {
        stranger.close();
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .ignoreExceptions()
          .until(() -> post(SECRET, "other", "1") == 204);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
  }

  /** Sends a byte more. */
  private static boolean isHungUpOn(Socket slow) {
    try {
      slow.getOutputStream().write(' ');
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
