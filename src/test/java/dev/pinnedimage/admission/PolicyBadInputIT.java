package dev.pinnedimage.admission;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong or large in a request harms nothing beside it. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyBadInputIT {
  private static final Pin WEB = Pin.of("web", "reg.example/web:1", Pin.digest("a"));
  private static final int CONTAINERS = 200;

  private PolicyNamespace namespace;

  @BeforeAll
  void publish(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "bad-input");
    namespace.publish(WEB);
  }

  @AfterAll
  void close() {
    namespace.close();
  }

  @Test
  void malformedImagesStayAndTheGoodOneBesideThemIsRewritten() {
    List<String> malformed =
        List.of(
            "::bad::@@", "UPPER/Case:1", "@", "/", WEB.image() + "x", "a\"b", "$(x)", "${user}");
    Manifest manifest =
        Manifest.of(
                Kind.DEPLOYMENT,
                "malformed",
                Stream.concat(malformed.stream(), Stream.of(WEB.image())).toArray(String[]::new))
            .withInit(malformed.toArray(String[]::new));
    assertThat(namespace.tried(manifest))
        .containsExactlyElementsOf(
            Stream.of(malformed.stream(), Stream.of(WEB.pinned()), malformed.stream())
                .flatMap(images -> images)
                .toList());
  }

  /** The words are those of the API server's own validation, which comes after admission. */
  @ParameterizedTest(name = "{1}: {0}")
  @MethodSource("incomplete")
  void whatIsIncompleteIsRefusedInTheApiServersOwnWords(
      String title, Kind kind, String from, String to) {
    String yaml = Manifest.of(kind, "incomplete", WEB.image(), WEB.image()).yaml(namespace.name);
    assertThat(yaml).contains(from);
    GenericKubernetesResource broken =
        Serialization.unmarshal(yaml.replace(from, to), GenericKubernetesResource.class);
    assertThatThrownBy(() -> namespace.cluster.admin().resource(broken).dryRun().create())
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("Required value")
        .hasMessageNotContaining("policy");
  }

  static Stream<Arguments> incomplete() {
    String image = ", image: '%s'},".formatted(WEB.image());
    return Kind.builtIn().stream()
        .flatMap(kind ->
            Stream.of(
                Arguments.of("an image is absent", kind, image, "},"),
                Arguments.of("an image is empty", kind, image, ", image: ''},"),
                Arguments.of("there are no containers", kind, "containers: [", "nothing: ["),
                Arguments.of("there is no spec", kind, "\nspec: ", "\nnothing: ")));
  }

  @Test
  void twoHundredContainersAndAllTheRewritesThatThereCanBe() {
    List<String> tags =
        IntStream.range(0, PinnedImageStatus.MAX_REWRITES)
            .mapToObj("registry.example.com/a/rather/long/path/to/an/image/%d:1"::formatted)
            .toList();
    String pin = "@" + Pin.digest("b");
    write("large", tags, pin);
    List<String> used =
        IntStream.range(0, CONTAINERS).mapToObj(i -> tags.get(i % tags.size())).toList();
    List<String> pinned = used.stream().map(tag -> tag + pin).toList();
    Manifest deployment = Manifest.of(Kind.DEPLOYMENT, "large", used.toArray(String[]::new));
    assertThat(namespace.created(deployment)).isEqualTo(pinned);

    Manifest job = Manifest.of(Kind.JOB, "large", used.toArray(String[]::new));
    assertThat(namespace.applied(job)).isEqualTo(pinned);
    assertThat(namespace.applied(job)).as("applied again").isEqualTo(pinned);
  }

  private void write(String name, List<String> tags, String pin) {
    namespace.declare(Pin.of(name, tags.getFirst(), Pin.digest("b")));
    String rewrites =
        tags.stream().map(tag -> "'%s': '%s'".formatted(tag, tag + pin)).collect(joining(", "));
    namespace.write(
        name, "{pinned: {digest: '%s'}, rewrites: {%s}}".formatted(pin.substring(1), rewrites));
    namespace.awaitSeen();
  }

  @Test
  void keysThatJsonPointersHaveToEscapeStayAsTheyAre() {
    Manifest manifest =
        Manifest.of(Kind.DEPLOYMENT, "pointers", WEB.image())
            .withMetadata(
                "annotations: {example.com/a: '~1', example.com/spec.template: '~0/x'},"
                    + " labels: {example.com/b: c}");
    GenericKubernetesResource created =
        namespace.cluster.admin().resource(manifest.in(namespace.name)).create();
    assertThat(manifest.images(created)).containsExactly(WEB.pinned());
    assertThat(created.getMetadata().getAnnotations())
        .containsEntry("example.com/a", "~1")
        .containsEntry("example.com/spec.template", "~0/x");
  }
}
