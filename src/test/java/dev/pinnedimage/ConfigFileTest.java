package dev.pinnedimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ConfigFileTest {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger(ConfigFile.class);

  @TempDir Path dir;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final List<RegistrySettings> used = new ArrayList<>();
  private Path path;
  private ConfigFile file;

  @BeforeEach
  void start() throws IOException {
    path = write("registries: [{host: a.io, plainHttp: true}]");
    file = ConfigFile.open(path, EgressProxy.NONE);
    log.start();
    LOG.addAppender(log);
  }

  @AfterEach
  void stop() {
    LOG.detachAppender(log);
  }

  @Test
  void saysNothingWhileNothingChanges() {
    looks(5);

    assertThat(used).isEmpty();
    assertThat(lines()).isEmpty();
  }

  @Test
  void takesChangedRegistriesOnce() throws IOException {
    write("registries: [{host: b.io, plainHttp: true}]");
    looks(5);

    assertThat(used).singleElement().matches(settings -> settings.host("b.io").plainHttp());
    assertThat(lines()).containsExactly("INFO " + path + ": the changed registries are in use");
  }

  @Test
  void waitsUntilAFileIsWrittenToItsEnd() throws IOException {
    write("");
    file.check(used::add);
    write("registries: [{host: b.io}]");
    file.check(used::add);
    assertThat(used).isEmpty();

    file.check(used::add);
    assertThat(used).hasSize(1);
  }

  @Test
  void keepsTheLastGoodOneAndSaysSoOncePerChange() throws IOException {
    write("registries: [{host: a.io, http: true}]");
    looks(3);
    write("registries: [{host: 'https://a.io'}]");
    looks(3);
    write("registries: [{host: a.io");
    looks(3);
    Files.delete(path);
    looks(3);
    write("registries: [{host: a.io, plainHttp: true}]");
    looks(3);

    assertThat(used).isEmpty();
    String kept = "WARN the changed configuration is not used, and the last good one stays: ";
    assertThat(lines()).hasSize(5).elements(0, 1, 2, 3).allMatch(line -> line.startsWith(kept));
    assertThat(lines().get(0)).contains(path + ": unknown key registries[0].http; known here:");
    assertThat(lines().get(1)).contains("\"https://a.io\" is not host[:port]");
    assertThat(lines().get(2)).contains("not valid YAML");
    assertThat(lines().get(3)).contains("cannot read the configuration " + path);
    assertThat(lines().get(4)).endsWith("the configuration is again the one that is in use");
  }

  @Test
  void keepsTheLastGoodOneWhereItsFilesCannotBeUsed() throws IOException {
    write("registries: [{host: b.io, caFile: missing.pem}]");
    looks(
        3,
        settings -> {
          throw new InvalidSettings("registries: the caFile missing.pem cannot be read");
        });
    write("registries: [{host: b.io}]");
    looks(3);

    assertThat(used).hasSize(1);
    assertThat(lines())
        .containsExactly(
            "WARN the changed configuration is not used, and the last good one stays: "
                + path
                + ": registries: the caFile missing.pem cannot be read",
            "INFO " + path + ": the changed registries are in use");
  }

  @Test
  void noticesACertificateThatIsRenewed() throws IOException {
    Path ca = Files.writeString(dir.resolve("ca.pem"), "old");
    Path key = Files.writeString(dir.resolve("tls.key"), "old");
    write(
        "registries: [{host: a.io, caFile: %s, clientCertificate: {certFile: %s, keyFile: %s}}]"
            .formatted(ca, ca, key));
    looks(3);
    assertThat(used).hasSize(1);

    Files.writeString(ca, "new");
    looks(3);
    assertThat(used).hasSize(2);
    Files.writeString(key, "new");
    looks(3);
    assertThat(used).hasSize(3);
  }

  /** As the kubelet does: the file is a link through a directory that is swapped as a whole. */
  @Test
  void followsAConfigMapThatIsSwapped() throws IOException {
    Path mounted = mount("registries: [{host: a.io}]");
    file = ConfigFile.open(mounted, EgressProxy.NONE);

    mount("registries: [{host: b.io, plainHttp: true}]");
    looks(3);

    assertThat(used).singleElement().matches(settings -> settings.host("b.io").plainHttp());
  }

  @Test
  void saysWhatTakesARestart() throws IOException {
    write(
        """
        namespaces: [web]
        httpAddress: 127.0.0.1:1
        registries: [{host: a.io, plainHttp: true}]
        """);
    looks(3);

    assertThat(used).isEmpty();
    assertThat(lines())
        .containsExactly(
            "WARN " + path + ": namespaces, httpAddress changed: restart the operator to apply it");
  }

  @Test
  void refusesToStartWithABrokenFile() throws IOException {
    write("registries: {}");

    assertThatThrownBy(() -> ConfigFile.open(path, EgressProxy.NONE))
        .isInstanceOf(CannotStart.class)
        .hasMessageStartingWith(path + ": registries has the wrong type");
  }

  private Path mount(String yaml) throws IOException {
    Path version = Files.createTempDirectory(dir, "..2026");
    Files.writeString(version.resolve("config.yaml"), yaml);
    Path next = Files.createSymbolicLink(dir.resolve("..data_tmp"), version);
    Files.move(next, dir.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    Path visible = dir.resolve("mounted.yaml");
    return Files.exists(visible)
        ? visible
        : Files.createSymbolicLink(visible, Path.of("..data/config.yaml"));
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(dir.resolve("config.yaml"), yaml);
  }

  private void looks(int times) {
    looks(times, used::add);
  }

  private void looks(int times, Consumer<RegistrySettings> use) {
    for (int i = 0; i < times; i++) {
      file.check(use);
    }
  }

  private List<String> lines() {
    return log.list.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }
}
