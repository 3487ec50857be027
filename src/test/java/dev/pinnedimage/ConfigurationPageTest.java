package dev.pinnedimage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.pinnedimage.docs.Page;
import dev.pinnedimage.notification.NotificationSettings;
import dev.pinnedimage.notification.NotificationSource;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.workload.FurtherKind;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Beside OperatorConfig, which is nobody else's business. */
class ConfigurationPageTest {
  private static final Path FILE = Path.of("docs/configuration.md");
  private static final Pattern KEY = Pattern.compile("^### `(.+)`$", Pattern.MULTILINE);
  private static final Pattern CONFIGURATION =
      Pattern.compile(
          "^(namespaces|httpAddress|registries|notifications|workloadKinds):", Pattern.MULTILINE);

  @TempDir Path directory;

  static Stream<Page.Yaml> blocks() {
    return Page.all().stream()
        .flatMap(page -> page.yaml().stream())
        .filter(block -> CONFIGURATION.matcher(block.text()).find());
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void examplesAreWhatTheOperatorReads(Page.Yaml block) throws IOException {
    Path file = Files.writeString(directory.resolve("config.yaml"), block.text());

    assertThatCode(() -> OperatorConfig.read(file)).doesNotThrowAnyException();
  }

  @Test
  void thePageHasAnExample() {
    assertThat(blocks()).anyMatch(block -> block.file().equals(FILE));
  }

  @Test
  void documentsEveryKeyAndNoOther() {
    List<String> keys =
        Stream.of(
                components(OperatorConfig.class),
                components(RegistryHost.class).map(name -> "registries[]." + name),
                components(NotificationSettings.class).map(name -> "notifications." + name),
                components(NotificationSource.class).map(name -> "notifications.sources[]." + name),
                components(FurtherKind.class).map(name -> "workloadKinds[]." + name))
            .flatMap(names -> names)
            .toList();

    assertThat(KEY.matcher(Page.read(FILE).text()).results().map((MatchResult m) -> m.group(1)))
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  private static Stream<String> components(Class<?> type) {
    return Stream.of(type.getRecordComponents()).map(RecordComponent::getName);
  }
}
