package dev.pinnedimage;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistryHost.ClientCertificate;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operator's file and the certificates that it names, as they were read and as they change. By
 * content: a ConfigMap or Secret is swapped behind symbolic links, which changes no time that could
 * be relied on.
 *
 * <p>A change counts when two looks in a row see the same, so that a half-written file is not one.
 */
final class ConfigFile {
  private static final Logger log = LoggerFactory.getLogger(ConfigFile.class);
  private static final int MAX_BYTES = 1024 * 1024;

  /**
   * One look.
   *
   * @param config null where it cannot be used
   * @param mistake the sentence that says why; empty otherwise
   * @param named digests of the files that it names
   */
  private record Seen(
      @Nullable String text,
      @Nullable OperatorConfig config,
      String mistake,
      Map<Path, Digest> named) {}

  private final Path file;
  private final EgressProxy egress;
  private final OperatorConfig atStart;
  private Seen inUse;
  private Seen handled;
  private Seen last;

  private ConfigFile(Path file, EgressProxy egress, OperatorConfig atStart, Seen first) {
    this.file = file;
    this.egress = egress;
    this.atStart = atStart;
    this.inUse = first;
    this.handled = first;
    this.last = first;
  }

  /**
   * @throws CannotStart with the file, the key and what to write instead
   */
  static ConfigFile open(Path file, EgressProxy egress) {
    Seen first = look(file);
    if (first.config() == null) {
      throw new CannotStart(first.mistake());
    }
    return new ConfigFile(file, egress, first.config(), first);
  }

  /** As it was at the start. */
  OperatorConfig config() {
    return atStart;
  }

  /**
   * Looks once. One line of the log for each change.
   *
   * @param use takes the changed registries, or throws InvalidSettings
   */
  void check(Consumer<RegistrySettings> use) {
    Seen now = look(file);
    boolean isSettled = now.equals(last);
    last = now;
    if (isSettled && !now.equals(handled)) {
      Seen before = handled;
      handled = now;
      handle(now, before, use);
    }
  }

  private void handle(Seen now, Seen before, Consumer<RegistrySettings> use) {
    if (now.config() == null) {
      refuse(now.mistake());
      return;
    }
    if (isNewForRegistries(now)) {
      take(now, now.config(), use);
    } else if (!before.equals(inUse)) {
      log.info("{}: the configuration is again the one that is in use", file);
      inUse = now;
    }
    List<String> waiting = waitingForARestart(now.config());
    if (!waiting.isEmpty()) {
      log.warn(
          "{}: {} changed: restart the operator to apply it", file, String.join(", ", waiting));
    }
  }

  private boolean isNewForRegistries(Seen now) {
    return !now.named().equals(inUse.named())
        || !Objects.requireNonNull(now.config())
            .registries()
            .equals(Objects.requireNonNull(inUse.config()).registries());
  }

  private void take(Seen now, OperatorConfig config, Consumer<RegistrySettings> use) {
    try {
      use.accept(config.registrySettings(egress));
      inUse = now;
      log.info("{}: the changed registries are in use", file);
    } catch (InvalidSettings e) {
      refuse(file + ": " + e.getMessage());
    }
  }

  private static void refuse(String mistake) {
    log.warn("the changed configuration is not used, and the last good one stays: {}", mistake);
  }

  /** By the record's own components: a key that comes later cannot be forgotten here. */
  private List<String> waitingForARestart(OperatorConfig config) {
    return Stream.of(OperatorConfig.class.getRecordComponents())
        .filter(key -> !key.getName().equals("registries"))
        .filter(key -> !Objects.equals(config.value(key), atStart.value(key)))
        .map(key -> key.getName())
        .toList();
  }

  private static Seen look(Path file) {
    String text = null;
    try {
      text = OperatorConfig.text(file);
      OperatorConfig config = OperatorConfig.parse(file, text);
      return new Seen(text, config, "", digests(config));
    } catch (CannotStart e) {
      return new Seen(text, null, String.valueOf(e.getMessage()), Map.of());
    }
  }

  private static Map<Path, Digest> digests(OperatorConfig config) {
    Map<Path, Digest> digests = new HashMap<>();
    config.registries().stream()
        .flatMap(ConfigFile::named)
        .forEach(path -> digests.put(path, digest(path)));
    return digests;
  }

  private static Stream<Path> named(RegistryHost host) {
    ClientCertificate shown = host.clientCertificate();
    Stream<@Nullable Path> ofClient =
        shown == null ? Stream.of() : Stream.of(shown.certFile(), shown.keyFile());
    return Stream.concat(Stream.ofNullable(host.caFile()), ofClient.filter(Objects::nonNull));
  }

  /** What cannot be read counts as empty: whoever uses it says so. */
  private static Digest digest(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return Digest.of(in.readNBytes(MAX_BYTES + 1));
    } catch (IOException e) {
      return Digest.of(new byte[0]);
    }
  }
}
