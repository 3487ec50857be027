package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.docs.Page;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.OperatorProcess;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.workload.FurtherKind;
import dev.pinnedimage.workload.KindDiscovery;
import dev.pinnedimage.workload.UnusableKind;
import dev.pinnedimage.workload.WorkloadKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinds that the operator's configuration adds to the built-in ones. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FurtherKindsIT {
  private static final String KINDS =
      """
      workloadKinds:
        - {apiVersion: kinds.example.com/v1, kind: Rollout}
        - {apiVersion: kinds.example.com/v1, kind: Fleet, podSpec: spec.members.web.podTemplate.spec}
        - {apiVersion: kinds.example.com/v1, kind: Opaque}\
      """;

  @TempDir static Path files;
  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) throws IOException {
    CustomKinds.install(cluster);
    cluster.apply(Path.of("deploy/install.yaml"));
    cluster.apply(Files.writeString(files.resolve("role.yaml"), documentedRole()));
    world = World.start(cluster, registry, "further", KINDS);
  }

  /** What the page says about Argo's Rollouts, for our kinds. */
  private static String documentedRole() {
    String role =
        Page.read(Path.of("docs/configuration.md")).yaml().stream()
            .map(Page.Yaml::text)
            .filter(text -> text.contains("kind: ClusterRole"))
            .collect(Collectors.joining("---\n"));
    assertThat(role).contains("apiGroups: [argoproj.io]", "resources: [rollouts]");
    return role.replace("argoproj.io", CustomKinds.GROUP)
        .replace("resources: [rollouts]", "resources: [rollouts, fleets, opaques]");
  }

  @AfterAll
  void stop() {
    world.close();
  }

  static Stream<KindOfWorkload> kinds() {
    return Stream.of(CustomKinds.ROLLOUT, CustomKinds.FLEET);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void pinsMovesAndRespectsARollback(KindOfWorkload kind) {
    String name = kind.title().toLowerCase(Locale.ROOT);
    PushedImage first = world.push(name, "1", "a");
    DeclaredWorkload workload =
        DeclaredWorkload.create(world, kind, name, first.reference(world.registry));
    world.pin(name, first.reference(world.registry));
    workload.awaitImages(first.pinned(world.registry));
    world.awaitPinned(name, first);
    assertThat(workload.now().getMetadata().getGeneration()).as("one patch").isEqualTo(2);

    PushedImage second = world.push(name, "1", "b");
    world.approve(name, second);
    workload.awaitImages(second.pinned(world.registry));
    world.awaitPinned(name, second);

    workload.edit(first.pinned(world.registry));
    Condition rolledBack =
        world.awaitCondition(name, ConditionType.WorkloadsPinned, "True", "RolledBackByUser");
    assertThat(rolledBack.message()).contains(kind.kind() + " " + name, "by kubectl-edit");
    assertThat(workload.images()).containsOnly(first.pinned(world.registry));

    workload.edit(first.reference(world.registry));
    workload.awaitImages(second.pinned(world.registry));
  }

  /** The cache has pruned it, and still knows what changed. */
  @Test
  void takesAnOptOutBack() {
    PushedImage image = world.push("ignored", "1", "a");
    String tag = image.reference(world.registry);
    DeclaredWorkload workload = DeclaredWorkload.create(world, CustomKinds.ROLLOUT, "ignored", tag);
    annotate("ignored", "pinnedimage.dev/ignore=true");
    world.pin("ignored", tag);
    world.awaitStatus(
        "ignored",
        s ->
            s.workloads() != null
                && s.workloads().items().stream().allMatch(i -> i.state().equals("Ignored")));
    assertThat(workload.images()).containsOnly(tag);
    annotate("ignored", "pinnedimage.dev/ignore-");
    workload.awaitImages(image.pinned(world.registry));
  }

  private void annotate(String name, String annotation) {
    world.cluster.kubectl(
        "annotate", "rollout." + CustomKinds.GROUP, name, "-n", world.namespace, annotation);
  }

  @Test
  void leavesWhatAThirdPartyOwnsAloneAndCountsNothingThatItOwnsItself() {
    PushedImage image = world.push("owners", "1", "a");
    String tag = image.reference(world.registry);
    DeclaredWorkload ours = DeclaredWorkload.create(world, CustomKinds.ROLLOUT, "ours", tag);
    create(
        CustomKinds.ROLLOUT,
        "theirs",
        tag,
        "apiVersion: example.com/v1, kind: Platform, name: ours, uid: theirs");
    create(
        KindOfWorkload.DEPLOYMENT,
        "of-ours",
        tag,
        "apiVersion: kinds.example.com/v1, kind: Rollout, name: ours, uid: "
            + ours.now().getMetadata().getUid());

    world.pin("owners", tag);
    ours.awaitImages(image.pinned(world.registry));
    Condition owned =
        world.awaitCondition("owners", ConditionType.WorkloadsPinned, "True", "Owned");
    assertThat(owned.message()).contains("Rollout theirs", "belongs to Platform ours");
    assertThat(new DeclaredWorkload(world, CustomKinds.ROLLOUT, "theirs").images())
        .containsOnly(tag);
    assertThat(world.imagesOf("of-ours")).containsOnly(tag);
    assertThat(world.status("owners").workloads().items())
        .extracting(Item::kind, Item::name)
        .containsOnly(tuple("Rollout", "ours"), tuple("Rollout", "theirs"));
  }

  private void create(KindOfWorkload kind, String name, String image, String owner) {
    String metadata = ", ownerReferences: [{" + owner + ", controller: true}]";
    apply(name, kind.manifest(world.namespace + metadata, name, image));
  }

  private void apply(String name, String yaml) {
    try {
      Path file = Files.writeString(files.resolve(name + ".yaml"), yaml);
      world.cluster.kubectl("create", "-f", file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void isNotHarmedByObjectsThatTheirSchemaDoesNotJudge() {
    assertThat(world.operator().log())
        .contains(
            "the schema of Opaque of kinds.example.com/v1 does not tell whether spec.template.spec is"
                + " a pod spec; it is taken for one");
    PushedImage image = world.push("opaque", "1", "a");
    String tag = image.reference(world.registry);
    opaque("none", "{}");
    opaque("text", "{template: nothing}");
    opaque("list", "{template: {spec: {containers: nothing}}}");
    opaque(
        "wrong",
        "{template: {spec: {containers: [{image: [1, 2]}, {name: c, image: 'TAG'}]}}}",
        tag);
    opaque(
        "nulls",
        "{template: {spec: {containers: [null, {name: c, image: 'TAG'}, {name: e, image: ''}, {}]}}}",
        tag);
    world.pin("opaque", tag);
    await()
        .atMost(World.PATIENCE)
        .until(() -> opaqueImage("nulls"), image.pinned(world.registry)::equals);
    world.awaitPinned("opaque", image);
    assertThat(opaqueImage("wrong")).isEqualTo(tag);
  }

  private String opaqueImage(String name) {
    return world.cluster.kubectl(
        "get",
        "opaque." + CustomKinds.GROUP,
        name,
        "-n",
        world.namespace,
        "-o",
        "jsonpath={.spec.template.spec.containers[1].image}");
  }

  private void opaque(String name, String spec, String... tag) {
    String yaml =
        "apiVersion: %s\nkind: Opaque\nmetadata: {name: %s, namespace: %s}\nspec: %s\n"
            .formatted(CustomKinds.API_VERSION, name, world.namespace, spec);
    apply(name, yaml.replace("TAG", String.join("", tag)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kinds.example.com/v1  | Comet   | | the API server does not serve Comet of kinds.example.com/v1: install its CRD, or correct the entry; kubectl api-resources lists what there is
          kinds.example.com/v2  | Rollout | | the API server does not serve Rollout of kinds.example.com/v2: install its CRD, or correct the entry; kubectl api-resources lists what there is
          comets.example.com/v1 | Rollout | | the API server does not serve Rollout of comets.example.com/v1: install its CRD, or correct the entry; kubectl api-resources lists what there is
          kinds.example.com/v1  | Planet  | | Planet of kinds.example.com/v1 is cluster-scoped, and a PinnedImage is for one namespace: remove the entry
          kinds.example.com/v1  | Rollout | spec.template | Rollout of kinds.example.com/v1 has no pod spec at spec.template, for template has no list of containers: set podSpec to the path of the field that has the containers; kubectl explain rollout --recursive shows it
          v1 | ReplicationController | spec.template.metadata | ReplicationController of v1 has no pod spec at spec.template.metadata, for metadata has no list of containers: set podSpec to the path of the field that has the containers; kubectl explain replicationcontroller --recursive shows it
          v1 | ConfigMap | | ConfigMap of v1 has no pod spec at spec.template.spec, for ConfigMap has no field spec: set podSpec to the path of the field that has the containers; kubectl explain configmap --recursive shows it
          """)
  void refusesByNameWhatCannotBePinned(
      String apiVersion, String kind, @Nullable String podSpec, String sentence) {
    KindDiscovery discovery = new KindDiscovery(world.client());
    List<FurtherKind> wanted = List.of(new FurtherKind(apiVersion, kind, podSpec));
    assertThatThrownBy(() -> discovery.withBuiltIn(wanted))
        .isInstanceOf(UnusableKind.class)
        .hasMessage("workloadKinds: " + sentence);
  }

  /** Its schema is spread over the document. */
  @Test
  void takesAKindOfKubernetesItself() {
    FurtherKind wanted = new FurtherKind("apps/v1", "ReplicaSet", null);
    assertThat(new KindDiscovery(world.client()).withBuiltIn(List.of(wanted)).all())
        .extracting(WorkloadKind::resource)
        .contains("deployments.apps", "replicasets.apps");
  }

  @Test
  void doesNotStartWhereThePathLeadsToNoPodSpec() throws IOException {
    assertDoesNotStart(
        world.cluster.adminKubeconfig(),
        "kinds.example.com/v1, kind: Fleet",
        "workloadKinds: Fleet of kinds.example.com/v1 has no pod spec at spec.template.spec, for spec has"
            + " no field template: set podSpec");
  }

  @Test
  void namesTheRightThatIsMissing() throws IOException {
    String namespace = world.cluster.newNamespace("no-right");
    world.cluster.kubectl("create", "serviceaccount", "operator", "-n", namespace);
    world.cluster.kubectl(
        "create",
        "clusterrolebinding",
        namespace,
        "--clusterrole=pinnedimage-operator",
        "--serviceaccount=" + namespace + ":operator");
    assertDoesNotStart(
        world.cluster.kubeconfigFor(namespace, "operator"),
        "kinds.example.com/v1, kind: Rollout",
        "workloadKinds: no right to get, list, watch rollouts.kinds.example.com: grant it with the"
            + " ClusterRole of docs/configuration.md#workloadkinds");
  }

  private Path config(String entry) throws IOException {
    return Files.writeString(
        files.resolve("config.yaml"),
        "httpAddress: 127.0.0.1:0\nworkloadKinds:\n- {apiVersion: " + entry + "}\n");
  }

  private void assertDoesNotStart(Path kubeconfig, String entry, String sentence)
      throws IOException {
    try (OperatorProcess operator = OperatorProcess.launch(kubeconfig, config(entry))) {
      assertThat(operator.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
      await().until(() -> operator.log().contains("\"level\":\"ERROR\""));
      assertThat(operator.log()).contains(sentence).doesNotContain("\tat ", "\\tat ", "Exception");
    }
  }
}
