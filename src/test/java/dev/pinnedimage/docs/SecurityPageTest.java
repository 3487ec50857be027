package dev.pinnedimage.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each claim of the page on security, and of the decisions, names a test that exists. */
class SecurityPageTest {
  private static final Page PAGE = Page.read(Path.of("docs/security.md"));
  private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|IT))(?:\\.(\\w+))?`");

  static Stream<Page> pages() {
    return Page.all().stream().filter(page -> NAMED.matcher(page.text()).find());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyTestThatIsNamedExists(Page page) {
    assertThat(NAMED.matcher(page.text()).results())
        .allSatisfy(named ->
            assertThat(source(named.group(1)))
                .as(named.group())
                .contains(named.group(2) == null ? "class " : "void " + named.group(2) + "("));
  }

  @Test
  void everythingThatATenantCannotCauseNamesATest() {
    List<String> claims =
        PAGE.text().lines().filter(line -> line.startsWith("| ") && line.endsWith(" |")).toList();

    assertThat(claims).hasSizeGreaterThan(15);
    assertThat(claims)
        .filteredOn(
            claim -> claims.indexOf(claim) > claims.indexOf("| A tenant cannot | Held by |"))
        .hasSizeGreaterThan(10)
        .allSatisfy(claim -> assertThat(claim).containsPattern(NAMED));
  }

  private static String source(String testClass) {
    try (Stream<Path> sources = Files.walk(Path.of("src/test/java"))) {
      Path source =
          sources
              .filter(file -> file.getFileName().toString().equals(testClass + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no test " + testClass));
      return Files.readString(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
