package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyApi;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A policy that is not right is named, done without, and relied on again once it is mended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyStateIT {
  private static final Path ADMISSION = Path.of("deploy/admission.yaml");
  private static final String POLICY = "mutatingadmissionpolicy/pinnedimage";
  private static final String BINDING = "mutatingadmissionpolicybinding/pinnedimage";

  /** A policy that does nothing, so that what is written is written by the operator. */
  private static final String IDLE =
      "{\"spec\":{\"matchConditions\":[{\"name\":\"never\",\"expression\":\"false\"}]}}";

  private ControlPlane cluster;
  private RegistryServer registry;
  private World world;
  private int names;

  @BeforeAll
  void start() {
    cluster = ControlPlane.start();
    registry = RegistryServer.start();
    world = World.start(cluster, registry, "states");
  }

  @AfterAll
  void stop() {
    String log = world.operator().log();
    world.close();
    registry.close();
    cluster.close();
    assertThat(log).doesNotContain("by a defect of the operator");
  }

  @BeforeEach
  void mended() {
    mend("kubectl apply --server-side --force-conflicts -f deploy/install.yaml");
    mend("kubectl apply --server-side --force-conflicts -f " + ADMISSION);
    mend("kubectl replace -f " + ADMISSION);
    awaitState("Effective");
  }

  private void mend(String command) {
    List<String> words = Arrays.asList(command.split(" ", -1));
    cluster.kubectl(words.subList(1, words.size()).toArray(String[]::new));
  }

  private void awaitState(String state) {
    await(state)
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .failFast(() -> !world.operator().isAlive())
        .until(() -> states(), List.of(state)::equals);
  }

  /** Those whose gauge is 1. */
  private List<String> states() {
    Matcher gauges =
        Pattern.compile("pinnedimage_admission_policy\\{state=\"(\\w+)\"\\} 1")
            .matcher(world.operator().metrics());
    return gauges.results().map(found -> found.group(1)).toList();
  }

  /** The last line of the log that says this of the policy. */
  private String awaitSaid(String text) {
    String any = "(?:[^\"\\\\]|\\\\.)*";
    Pattern line = Pattern.compile("\"message\" ?: ?\"(" + any + Pattern.quote(text) + any + ")\"");
    return await(text)
        .atMost(World.PATIENCE)
        .until(
            () ->
                line.matcher(world.operator().log())
                    .results()
                    .map(found -> found.group(1))
                    .reduce((before, last) -> last)
                    .orElse(""),
            said -> !said.isEmpty());
  }

  private static String command(String sentence) {
    return sentence.substring(sentence.indexOf("kubectl"));
  }

  private PushedImage pinnedImage(String name) {
    PushedImage image = world.push(name, "1", "a");
    world.pin(name, image.reference(registry));
    world.awaitPinned(name, image);
    return image;
  }

  private String newName() {
    return "web-" + ++names;
  }

  /** A new Deployment of the tag: the API server makes the pin of it. */
  private void isRewritten() {
    String name = newName();
    PushedImage image = pinnedImage(name);
    await()
        .atMost(World.PATIENCE)
        .until(() -> dryRun(name, image.reference(registry)), image.pinned(registry)::equals);
    world.deploy(name, image.reference(registry));
    assertThat(world.imagesOf(name)).containsExactly(image.pinned(registry));
    world.awaitStatus(name, s -> s.workloads() != null && s.workloads().summary().equals("1/1"));
    assertThat(new Rollouts(world, name).managers()).doesNotContain("pinnedimage-operator");
  }

  /** A policy counts once the API server has compiled it. */
  private String dryRun(String name, String image) {
    return cluster.kubectl(
        "create",
        "deployment",
        name,
        "-n",
        world.namespace,
        "--image=" + image,
        "--dry-run=server",
        "-o",
        "jsonpath={.spec.template.spec.containers[0].image}");
  }

  /** A new Deployment of the tag stays as it is until the operator replaces the image. */
  private void isReplaced() {
    String name = newName();
    PushedImage image = pinnedImage(name);
    await()
        .atMost(World.PATIENCE)
        .until(() -> dryRun(name, image.reference(registry)), image.reference(registry)::equals);
    world.deploy(name, image.reference(registry));
    world.awaitImages(name, image.pinned(registry));
    world.awaitStatus(name, s -> s.workloads() != null && s.workloads().summary().equals("1/1"));
    assertThat(new Rollouts(world, name).managers()).contains("pinnedimage-operator");
  }

  @Test
  void whatIsReadBackIsWhatWasApplied() throws IOException {
    try (InputStream yaml = Files.newInputStream(ADMISSION)) {
      for (HasMetadata applied : cluster.admin().load(yaml).items()) {
        HasMetadata installed = cluster.admin().resource(applied).get();
        assertThat(cluster.admin().getKubernetesSerialization().asJson(spec(installed)))
            .isEqualTo(cluster.admin().getKubernetesSerialization().asJson(spec(applied)));
      }
    }
    assertThat(awaitSaid("is installed and current")).endsWith("is installed and current");
    isRewritten();
  }

  private Object spec(HasMetadata object) {
    return cluster.admin().getKubernetesSerialization().convertValue(object, Map.class).get("spec");
  }

  @ParameterizedTest
  @CsvSource({
    "0, Outdated, is of the older version 0",
    "99, Newer, is of the newer version 99",
  })
  void aPolicyOfAnotherVersionIsNamedAndMendedByTheCommandThatIsSaid(
      String version, String state, String said) {
    cluster.kubectl("patch", POLICY, "--type=merge", "-p", IDLE);
    cluster.kubectl("annotate", POLICY, "--overwrite", "pinnedimage.dev/policy-version=" + version);
    awaitState(state);
    isReplaced();

    mend(command(awaitSaid(said)));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void aPolicyThatSomebodyEditedIsNamed() {
    cluster.kubectl("patch", POLICY, "--type=merge", "-p", IDLE);
    awaitState("Edited");
    isReplaced();

    mend(command(awaitSaid("was edited and is not relied on")));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void anEditOfTheBindingIsNamed() {
    cluster.kubectl(
        "patch",
        BINDING,
        "--type=merge",
        "-p",
        "{\"spec\":{\"matchResources\":{\"namespaceSelector\":{\"matchLabels\":{\"team\":\"web\"}}}}}");
    awaitState("Edited");
    isReplaced();

    mend(command(awaitSaid("the admission policy or its binding was edited")));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void aPolicyWithoutABindingIsNamed() {
    cluster.kubectl("delete", BINDING);
    awaitState("NotBound");
    isReplaced();

    mend(command(awaitSaid("has no binding and applies to nothing")));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void itMayBeDeletedAndInstalledWhileTheOperatorRuns() {
    cluster.kubectl("delete", "-f", ADMISSION.toString());
    awaitState("NotInstalled");
    isReplaced();

    mend(command(awaitSaid("is not installed; install it with")));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void withoutTheRightToReadItTheOperatorStartsAllTheSame() {
    cluster.kubectl(
        "patch",
        "clusterrole",
        "pinnedimage-operator",
        "--type=json",
        "-p",
        "[{\"op\":\"replace\",\"path\":\"/rules/%d/verbs\",\"value\":[\"get\"]}]"
            .formatted(ruleOfPolicies()));
    world.restartOperator(Map.of());
    awaitState("NotReadable");
    assertThat(awaitSaid("the admission policy cannot be read"))
        .contains("mutatingadmissionpolicies.admissionregistration.k8s.io")
        .contains("is forbidden");
    PushedImage image = pinnedImage("unread");
    world.deploy("unread", image.reference(registry));
    world.awaitImages("unread", image.pinned(registry));

    String said = awaitSaid("the admission policy cannot be read");
    mend(command(said).replace("--server-side", "--server-side --force-conflicts"));
    awaitState("Effective");
    isRewritten();
  }

  private int ruleOfPolicies() {
    List<String> rules =
        List.of(
            cluster
                .kubectl(
                    "get",
                    "clusterrole",
                    "pinnedimage-operator",
                    "-o",
                    "jsonpath={range .rules[*]}{.apiGroups}{\"\\n\"}{end}")
                .split("\n"));
    return rules.indexOf("[\"admissionregistration.k8s.io\"]");
  }

  @Test
  void whereTheApiServerDoesNotEvaluateItThePinIsReplacedAfterSeconds() {
    cluster.restartApiServer(PolicyApi.WITHOUT_PLUGIN);
    long start = System.nanoTime();
    isReplaced();
    System.out.printf(
        "without the plug-in the pin was replaced after %d ms%n",
        Duration.ofNanos(System.nanoTime() - start).toMillis());
    awaitState("WithoutEffect");
    String said = awaitSaid("is installed and current, but workloads come back without the pin");
    assertThat(said)
        .contains("first in namespace " + world.namespace)
        .contains("switch on the admission plugin MutatingAdmissionPolicy");

    cluster.restartApiServer(PolicyApi.SERVED);
    mend(command(said).replace("$(date +%s)", "" + System.nanoTime()));
    awaitState("Effective");
    isRewritten();
  }

  @Test
  void aClusterThatDoesNotServeItIsPinnedByReplacingUntilItIsUpgraded() {
    cluster.restartApiServer(PolicyApi.SWITCHED_OFF);
    world.restartOperator(Map.of());
    awaitState("NotServed");
    awaitSaid("this cluster serves no MutatingAdmissionPolicy of version v1");
    isReplaced();

    cluster.restartApiServer(PolicyApi.SERVED);
    awaitState("Effective");
    isRewritten();
  }
}
