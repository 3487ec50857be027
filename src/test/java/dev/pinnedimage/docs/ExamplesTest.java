package dev.pinnedimage.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.ImageReference;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExamplesTest {
  static Stream<Page.Yaml> blocks() {
    return Page.all().stream().flatMap(page -> page.yaml().stream());
  }

  static Stream<Page.Yaml> pinnedImages() {
    return blocks().filter(block -> block.text().contains("kind: PinnedImage"));
  }

  @ParameterizedTest
  @MethodSource("blocks")
  void areYaml(Page.Yaml block) {
    assertThatCode(() -> Examples.parse(block.text())).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @MethodSource("pinnedImages")
  void areWhatTheApiServerTakes(Page.Yaml block) throws JsonProcessingException {
    JsonNode document = Examples.parse(block.text());

    assertThat(document.path("apiVersion").asText()).isEqualTo("pinnedimage.dev/v1alpha1");
    assertThat(document.at("/metadata/name").asText()).isNotEmpty();
    assertThat(document.at("/spec/image").asText()).isNotEmpty();
    assertThat(Examples.problems(document)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("pinnedImages")
  void areWhatTheOperatorUnderstands(Page.Yaml block) {
    PinnedImage pinnedImage = Serialization.unmarshal(block.text(), PinnedImage.class);

    assertThat(pinnedImage.getSpec().unsupportedValue()).isEmpty();
    assertThat(Optional.ofNullable(pinnedImage.getSpec().image()).flatMap(ImageReference::parse))
        .isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {spec: {image: 1}}                      | .spec.image is no string
          {spec: {imgae: a}}                      | .spec.imgae is unknown
          {spec: {mode: Watch}}                   | .spec.mode is none of ["Enforce","Report"]
          {spec: {platforms: []}}                 | .spec.platforms has too few: 0
          {spec: {checkInterval: 12345678901234567}} | .spec.checkInterval is no string
          {spec: {checkInterval: a2345678901234567}} | .spec.checkInterval has too many: 17
          {spec: {imagePullSecrets: [{}]}}        | .spec.imagePullSecrets[0].name is missing
          {spec: {update: {soak: 1h}}}            | .spec.update.soak is unknown
          """)
  void wouldBeRefusedForWhatTheSchemaForbids(String yaml, String problem)
      throws JsonProcessingException {
    assertThat(Examples.problems(Examples.parse(yaml))).containsExactly(problem);
  }
}
