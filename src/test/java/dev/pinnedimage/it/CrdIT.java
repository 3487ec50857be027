package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the API server itself says of a bad object: a sentence with what to write instead. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrdIT {
  private static final String HEX = "a".repeat(64);

  /** A line of kubectl explain: a field with fields of its own. */
  private static final Pattern OBJECT_FIELD =
      Pattern.compile("^  (\\w+)\t<(\\[])?Object>", Pattern.MULTILINE);

  @TempDir Path files;
  private ControlPlane cluster;

  @BeforeAll
  void applyCrd(ControlPlane cluster) {
    this.cluster = cluster;
    cluster.apply(Path.of("crds/pinnedimages.pinnedimage.dev-v1.yml"));
    cluster.kubectl(
        "wait", "--for=condition=Established", "crd/pinnedimages.pinnedimage.dev", "--timeout=30s");
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        row("no spec", "", "spec.image is required: write a tagged reference, such as"),
        row(
            "no image",
            "spec: {suspend: true}",
            "spec.image is required: write a tagged reference"),
        row("empty image", "spec: {image: ''}", "spec.image is empty: write a tagged reference"),
        row(
            "digest in image",
            "spec: {image: 'nginx:1@sha256:" + HEX + "'}",
            "spec.image takes a tag and no digest: remove the '@'"),
        row(
            "url",
            "spec: {image: 'https://ghcr.io/a/b:1'}",
            "is a reference and not a URL: remove"),
        row(
            "upper-case repository",
            "spec: {image: 'ghcr.io/Acme/Web:1'}",
            "must be lower-case: write ghcr.io/acme/web:1"),
        row(
            "upper-case on Docker Hub",
            "spec: {image: 'Acme/web:1'}",
            "must be lower-case: write acme/web:1"),
        row(
            "tag of 129 characters",
            "spec: {image: 'nginx:" + "x".repeat(129) + "'}",
            "longer than the 128 characters that a tag may have"),
        row(
            "space in image",
            "spec: {image: 'ngi nx:1'}",
            "is no image reference: write registry/"),
        row("trailing slash", "spec: {image: 'ghcr.io/acme/'}", "is no image reference: write"),
        row(
            "tag only",
            "spec: {image: ':1'}",
            "is no image reference: write registry/repository:tag"),
        row(
            "image of 513 characters",
            "spec: {image: '" + "a".repeat(513) + "'}",
            "Too long: may not be more than 512"),
        row("interval of 1 s", "spec: {image: a, checkInterval: 1s}", "must be from 10s to 24h"),
        row("interval of 25 h", "spec: {image: a, checkInterval: 25h}", "must be from 10s to 24h"),
        row(
            "interval in days",
            "spec: {image: a, checkInterval: 1d}",
            "must be a duration in hours, minutes and seconds, such as 30s"),
        row(
            "interval without unit",
            "spec: {image: a, checkInterval: '30'}",
            "must be a duration in hours"),
        row("empty interval", "spec: {image: a, checkInterval: ''}", "must be a duration in hours"),
        row(
            "unknown mode",
            "spec: {image: a, mode: Maybe}",
            "supported values: \"Enforce\", \"Report\""),
        row(
            "unknown form",
            "spec: {image: a, form: Tag}",
            "supported values: \"DigestOnly\", \"TagAndDigest\""),
        row(
            "unknown platformPolicy",
            "spec: {image: a, platformPolicy: Ignore}",
            "supported values: \"Enforce\", \"Warn\""),
        row(
            "unknown singlePlatform",
            "spec: {image: a, singlePlatform: Maybe}",
            "supported values: \"Allow\", \"Reject\""),
        row(
            "policy that is not there yet",
            "spec: {image: a, update: {policy: Automatic}}",
            "supported values: \"Manual\""),
        row(
            "platform without a slash",
            "spec: {image: a, platforms: [amd64]}",
            "os/arch or os/arch/variant in lower case, such as linux/amd64"),
        row(
            "upper-case platform",
            "spec: {image: a, platforms: [Linux/AMD64]}",
            "os/arch or os/arch/variant in lower case"),
        row(
            "duplicate platforms",
            "spec: {image: a, platforms: [linux/amd64, linux/amd64]}",
            "names a platform twice: name each one once"),
        row("no platforms", "spec: {image: a, platforms: []}", "should have at least 1 items"),
        row(
            "malformed digest",
            "spec: {image: a, digest: 'sha256:abc'}",
            "must be sha256: and 64 lower-case hexadecimal digits"),
        row(
            "digest of another algorithm",
            "spec: {image: a, digest: 'sha512:" + HEX + "'}",
            "must be sha256: and 64"),
        row(
            "upper-case digest",
            "spec: {image: a, digest: 'sha256:" + "A".repeat(64) + "'}",
            "must be sha256: and 64"),
        row(
            "approved and rejected",
            "spec: {image: a, digest: 'sha256:"
                + HEX
                + "', rejectedDigests: ['sha256:"
                + HEX
                + "']}",
            "is one of spec.rejectedDigests: remove it from one of the two"),
        row(
            "malformed rejected digest",
            "spec: {image: a, rejectedDigests: [latest]}",
            "each of spec.rejectedDigests must be sha256:"),
        row(
            "bad label key",
            "spec: {image: a, workloadSelector: {matchLabels: {'a b': c}}}",
            "must be a label key, such as app.kubernetes.io/name"),
        row(
            "bad label value",
            "spec: {image: a, workloadSelector: {matchLabels: {app: 'a b'}}}",
            "must be a label value: at most 63 letters"),
        row(
            "bad secret name",
            "spec: {image: a, imagePullSecrets: [{name: Reg_Cred}]}",
            "must be the name of a Secret: lower-case letters"),
        row(
            "secret without a name",
            "spec: {image: a, imagePullSecrets: [{}]}",
            "spec.imagePullSecrets[0].name: Required value"),
        row(
            "suspend that is no boolean",
            "spec: {image: a, suspend: maybe}",
            "must be of type boolean"),
        row(
            "unknown field",
            "spec: {image: a, checkIntervall: 5m}",
            "unknown field \"spec.checkIntervall\""));
  }

  private static Arguments row(String name, String spec, String sentence) {
    return Arguments.of(name, spec, sentence);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusesWithASentence(String name, String spec, String sentence) throws IOException {
    CommandResult result = create(spec);
    assertThat(result.exitCode()).as(result.stdout()).isNotZero();
    assertThat(result.stderr()).contains(sentence);
  }

  static Stream<String> accepted() {
    return Stream.of(
        "nginx",
        "nginx:1.27",
        "docker.io/library/nginx:1.27",
        "localhost:5000/a/b_c/d-e.f:V1.0_x",
        "127.0.0.1:5000/web:1.4",
        "REGISTRY.example.com/web:1",
        "ghcr.io/acme/web:" + "x".repeat(128));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptsEveryReference(String image) throws IOException {
    assertThat(create("spec: {image: '" + image + "'}").stderr()).isEmpty();
  }

  @Test
  void fillsInTheDefaults() {
    String namespace = cluster.newNamespace("defaults");
    PinnedImage created =
        cluster
            .admin()
            .resource(
                cluster
                    .admin()
                    .getKubernetesSerialization()
                    .unmarshal(
                        object("spec: {image: nginx, suspend: true}", namespace),
                        PinnedImage.class))
            .create();
    assertThat(cluster.kubectl("get", "pin", "bad", "-n", namespace, "-o", "jsonpath={.spec}"))
        .isEqualTo(
            "{\"checkInterval\":\"5m\",\"deletionPolicy\":\"Retain\",\"form\":\"TagAndDigest\",\"image\":\"nginx\","
                + "\"imagePullSecrets\":[],\"mode\":\"Enforce\",\"platformPolicy\":\"Enforce\","
                + "\"rejectedDigests\":[],\"singlePlatform\":\"Reject\",\"suspend\":true,"
                + "\"update\":{\"policy\":\"Manual\"}}");
    assertThat(created.getSpec().interval()).isEqualTo(java.time.Duration.ofMinutes(5));
  }

  /** What lies below a field is explained by the field itself, so each object is asked for. */
  @Test
  void explainsEveryField() {
    List<String> objects = new ArrayList<>(List.of("pinnedimage"));
    for (int i = 0; i < objects.size(); i++) {
      String explained = cluster.kubectl("explain", objects.get(i));
      assertThat(explained)
          .as(objects.get(i))
          .doesNotContain("<no description>", "<empty>")
          .contains("DESCRIPTION:", "FIELDS:");
      String parent = objects.get(i);
      OBJECT_FIELD
          .matcher(explained)
          .results()
          .forEach(field -> objects.add(parent + "." + field.group(1)));
    }
    assertThat(objects).contains("pinnedimage.status.workloads.items");
    assertThat(cluster.kubectl("explain", "pinnedimage.spec.digest")).contains("approved digest");
  }

  @Test
  void isNotInTheCategoryAll() {
    assertThat(cluster.kubectl("api-resources", "--api-group=pinnedimage.dev", "-o", "wide"))
        .contains("pin ")
        .doesNotContain(" all");
  }

  private CommandResult create(String spec) throws IOException {
    Path file = files.resolve("object.yaml");
    Files.writeString(file, object(spec, "default"));
    return cluster.tryKubectl("create", "--dry-run=server", "-f", file.toString());
  }

  private static String object(String spec, String namespace) {
    return """
    apiVersion: pinnedimage.dev/v1alpha1
    kind: PinnedImage
    metadata: {name: bad, namespace: %s}
    %s
    """
        .formatted(namespace, spec);
  }
}
