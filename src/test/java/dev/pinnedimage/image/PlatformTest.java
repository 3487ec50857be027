package dev.pinnedimage.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlatformTest {
  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "linux/amd64,      linux/amd64",
    "linux/amd64/v1,   linux/amd64",
    "linux/amd64/v3,   linux/amd64/v3",
    "linux/x86_64,     linux/amd64",
    "linux/x86-64,     linux/amd64",
    "linux/i386,       linux/386",
    "linux/aarch64,    linux/arm64",
    "linux/arm64/v8,   linux/arm64",
    "linux/arm64/8,    linux/arm64",
    "linux/arm64/v8.0, linux/arm64",
    "linux/arm64/v9,   linux/arm64/v9",
    "linux/arm,        linux/arm/v7",
    "linux/arm/7,      linux/arm/v7",
    "linux/arm/v6,     linux/arm/v6",
    "linux/armhf,      linux/arm/v7",
    "linux/armel,      linux/arm/v6",
    "macos/arm64,      darwin/arm64",
    "linux/s390x,      linux/s390x",
  })
  void isNormalisedByContainerdsRules(String written, String canonical) {
    assertThat(Platform.parse(written)).get().hasToString(canonical);
  }

  @ParameterizedTest(name = "an image for {0} on a node {1}: {2}")
  @CsvSource({
    "linux/amd64,    linux/amd64,    true",
    "linux/amd64,    linux/amd64/v3, true",
    "linux/amd64/v3, linux/amd64,    false",
    "linux/amd64/v2, linux/amd64/v3, true",
    "linux/arm64,    linux/arm64/v8, true",
    "linux/arm64,    linux/arm64/v9, true",
    "linux/arm64/v9, linux/arm64,    false",
    "linux/arm/v6,   linux/arm/v7,   true",
    "linux/arm/v7,   linux/arm/v6,   false",
    "linux/arm/v7,   linux/arm64,    false",
    "linux/386,      linux/amd64,    false",
    "linux/amd64,    windows/amd64,  false",
    "linux/arm64,    linux/amd64,    false",
  })
  void servesHigherVariantsOfItsOwnArchitectureOnly(String image, String node, boolean serves) {
    assertThat(platform(image).serves(platform(node))).isEqualTo(serves);
  }

  @ParameterizedTest(name = "an image for Windows {0} on a node {1}: {2}")
  @CsvSource({
    "10.0.20348.1, 10.0.20348.2700, true",
    "10.0.17763.1, 10.0.20348.1,    false",
    "'',           10.0.20348.1,    true",
    "10.0.20348.1, '',              true",
  })
  void comparesTheBuildOfWindows(String image, String node, boolean serves) {
    assertThat(windows(image).serves(windows(node))).isEqualTo(serves);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "linux", "linux/", "/amd64", "linux/amd64/v1/x", "Linux/amd64", "a b/c"})
  void refusesWhatIsNoPlatform(String text) {
    assertThat(Platform.parse(text)).isEmpty();
  }

  @Test
  void sortsAsItIsPrinted() {
    assertThat(List.of(platform("linux/arm64"), platform("linux/386"), platform("linux/arm/v6")))
        .satisfies(unsorted ->
            assertThat(unsorted.stream().sorted().map(Platform::toString))
                .containsExactly("linux/386", "linux/arm/v6", "linux/arm64"));
  }

  private static Platform platform(String text) {
    return Platform.parse(text).orElseThrow();
  }

  private static Platform windows(String version) {
    return new Platform("windows", "amd64", "", version);
  }
}
