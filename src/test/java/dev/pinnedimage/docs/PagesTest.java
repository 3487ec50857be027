package dev.pinnedimage.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PagesTest {
  private static final Pattern LOCAL_PATH =
      Pattern.compile("(?<![\\w.~})])/(home|root|Users|work|tmp|usr|opt|mnt|srv)/\\S*");
  private static final Pattern MAKE = Pattern.compile("\\bmake ([a-z-]+)\\b");
  private static final Pattern TARGET = Pattern.compile("^([a-z-]+):.*## ", Pattern.MULTILINE);

  static Stream<Page> pages() {
    return Page.all().stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linkToWhatExists(Page page) {
    for (String link : page.links()) {
      if (!link.startsWith("https://")) {
        assertThat(broken(page, link)).as("%s in %s", link, page).isEmpty();
      }
    }
  }

  private static Optional<String> broken(Page page, String link) {
    String[] parts = link.split("#", 2);
    Path directory = Optional.ofNullable(page.file().getParent()).orElse(Path.of(""));
    Path target = parts[0].isEmpty() ? page.file() : directory.resolve(parts[0]).normalize();
    if (!Files.exists(target)) {
      return Optional.of("no such file: " + target);
    }
    return parts.length == 2 && !Page.read(target).anchors().contains(parts[1])
        ? Optional.of("no such heading in " + target + ": " + parts[1])
        : Optional.empty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void nameNoPathOfOneMachine(Page page) {
    assertThat(LOCAL_PATH.matcher(page.text()).results().map(MatchResult::group)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void nameOnlyMakeTargetsThatExist(Page page) {
    List<String> code =
        Pattern.compile("`([^`\n]+)`|^(make .*)$", Pattern.MULTILINE)
            .matcher(page.text())
            .results()
            .map(MatchResult::group)
            .toList();
    assertThat(code.stream().flatMap(c -> named(MAKE, c).stream())).isSubsetOf(targets());
  }

  @Test
  void theReadmeNamesTheTwoCommands() {
    assertThat(Page.read(Path.of("README.md")).text()).contains("make demo", "make test");
    assertThat(targets()).contains("demo", "test", "unit", "generate", "controlplane");
  }

  private static List<String> targets() {
    return named(TARGET, Page.read(Path.of("Makefile")).text());
  }

  private static List<String> named(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1)).toList();
  }
}
