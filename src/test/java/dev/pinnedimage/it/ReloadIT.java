package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.registry.ConnectProxy;
import dev.pinnedimage.registry.Credential;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of registries while the operator's process runs. */
@RealCluster
class ReloadIT {
  /** Two looks at the file, and what a look-up takes. */
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path dir;

  @Test
  void takesARegistryThatIsConfiguredWhileItRuns(ControlPlane cluster) throws IOException {
    try (RegistryServer first = RegistryServer.start();
        RegistryServer plain = RegistryServer.start();
        RegistryServer mutual = RegistryServer.startWithMutualTls();
        World world = World.start(cluster, first, "reload")) {
      PushedImage image =
          new TestImages(plain).pushIndex("web", "1", "a", World.AMD64, World.ARM64);
      PushedImage shown =
          new TestImages(mutual).pushIndex("web", "1", "b", World.AMD64, World.ARM64);
      world.pin("plain", image.reference(plain), "checkInterval: 1h");
      world.pin("mutual", shown.reference(mutual), "checkInterval: 1h");
      world.awaitCondition("plain", ConditionType.Resolved, "False", "RegistryNotAllowed");
      world.awaitCondition("mutual", ConditionType.Resolved, "False", "RegistryNotAllowed");

      String trusted = entry(mutual, "allowPrivateAddresses: true", "caFile: " + ca(mutual));
      configure(world, entry(plain, "plainHttp: true"), trusted);
      Instant changed = Instant.now();
      world.awaitReady("plain");
      assertThat(Duration.between(changed, Instant.now())).isLessThan(SOON);
      assertThat(
              world
                  .awaitCondition(
                      "mutual", ConditionType.Resolved, "False", "TLSVerificationFailed")
                  .message())
          .contains("wants a client certificate and none is configured");

      world.deploy("web", "alias.example/web:1");
      configure(
          world,
          entry(plain, "plainHttp: true", "aliases: [alias.example]"),
          trusted + "\n  " + mutual.clientCertificate().orElseThrow());
      world.awaitImages("web", "alias.example/web:1@" + image.digest());
      world.awaitReady("mutual");
    }
  }

  @Test
  void keepsTheLastGoodConfigurationWhereTheFileIsBroken(ControlPlane cluster) throws IOException {
    try (RegistryServer registry = RegistryServer.start();
        World world = World.start(cluster, registry, "broken")) {
      PushedImage image = world.push("web", "1", "a");
      world.pin("web", image.reference(registry));
      world.awaitReady("web");
      String good = Files.readString(world.config());
      Path garbage = Files.writeString(dir.resolve("garbage.pem"), "no certificate");

      List<String> mistakes =
          List.of(
              good + "  http: true\n",
              good + "- {host: a.io, caFile: " + dir.resolve("missing.pem") + "}\n",
              good + "- {host: a.io, caFile: " + garbage + "}\n",
              good + "- {host: 'https://a.io'}\n");
      List<String> sentences =
          List.of(
              "unknown key registries[0].http; known here",
              "missing.pem cannot be read",
              "garbage.pem has no PEM certificates",
              "registries: \\\"https://a.io\\\" is not host[:port]");
      for (int i = 0; i < mistakes.size(); i++) {
        Files.writeString(world.config(), mistakes.get(i));
        awaitLog(world, sentences.get(i));
      }
      PushedImage moved = world.push("web", "1", "b");
      world.awaitCondition("web", ConditionType.TagMoved, "True", "AwaitingApproval");
      world.approve("web", moved);
      world.awaitPinned("web", moved);

      Files.writeString(world.config(), good);
      awaitLog(world, "the configuration is again the one that is in use");
      assertThat(world.operator().log().lines().filter(line -> line.contains("the last good one")))
          .hasSize(mistakes.size())
          .allMatch(line -> line.contains("\"level\":\"WARN\""));
    }
  }

  @Test
  void readsThroughTheEgressProxyAndGuardsNamesInTheJar(ControlPlane cluster) throws IOException {
    try (RegistryServer registry = RegistryServer.startWithTls();
        World world = World.start(cluster, registry, "egress");
        ConnectProxy proxy = proxyTo(registry)) {
      String host = registry.host().replace("127.0.0.1", "registry.test");
      PushedImage image = world.push("web", "1", "a");
      configure(world, "- host: " + host + "\n  caFile: " + ca(registry));
      Path classes = dir.resolve("classes.log");
      world.restartOperator(
          Map.of(
              "HTTPS_PROXY",
              "http://operator:hunter2@127.0.0.1:" + proxy.port(),
              "NO_PROXY",
              "127.0.0.1"),
          "-Xlog:class+load:file=" + classes);

      world.pin("web", host + "/web:1");
      world.awaitStatus(
          "web", s -> s.pinned() != null && s.pinned().digest().equals(image.digest().value()));

      assertThat(proxy.heads()).isNotEmpty().allMatch(head -> head.startsWith("CONNECT " + host));
      assertThat(world.operator().log())
          .doesNotContain("hunter2", AUTHORIZATION.substring("Basic ".length()));
      assertThat(Files.readString(classes))
          .contains("dev.pinnedimage.registry.wire.GuardedNames source: file:");
    }
  }

  private static final String AUTHORIZATION =
      new Credential.Basic("operator", "hunter2").authorization();

  private static ConnectProxy proxyTo(RegistryServer registry) throws IOException {
    int port = Integer.parseInt(registry.host().replaceFirst(".*:", ""));
    return new ConnectProxy(
        port,
        "Proxy-Authorization: " + AUTHORIZATION,
        "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
  }

  private static Path ca(RegistryServer registry) {
    return registry.caFile().orElseThrow();
  }

  private static String entry(RegistryServer registry, String... keys) {
    return "- host: " + registry.host() + "\n  " + String.join("\n  ", keys);
  }

  /** These registries beside those that are there. */
  private static void configure(World world, String... entries) throws IOException {
    String before = Files.readString(world.config()).split("(?m)^# added$", 2)[0];
    Files.writeString(world.config(), before + "# added\n" + String.join("\n", entries) + "\n");
  }

  private static void awaitLog(World world, String sentence) {
    await(sentence)
        .atMost(SOON)
        .until(() -> world.operator().log().lines().anyMatch(line -> line.contains(sentence)));
  }
}
