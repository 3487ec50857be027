package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A kind that somebody's CustomResourceDefinition brings, without a schema, the path of its pod
 * spec full of words that CEL reserves: its policy is a second one, for one namespace.
 */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyFurtherKindIT {
  private static final String PATH = "spec.for.in.my-template.namespace.spec";
  private static final WorkloadKind ODD =
      new WorkloadKind("odd.example.com", "v1", "Odd", "odds", PATH, false);
  private static final String CRD =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: odds.odd.example.com}
      spec:
        group: odd.example.com
        scope: Namespaced
        names: {kind: Odd, plural: odds, singular: odd}
        versions: [
          {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {
            spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}},
          {name: v2, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {
            spec: {type: object, x-kubernetes-preserve-unknown-fields: true}}}}}]
      """;
  private static final Pin WEB = Pin.of("web", "reg.example/web:1", Pin.digest("a"));

  /** What such an object may have in the place of a pod spec: nothing of it is one. */
  static final List<String> SHAPELESS =
      List.of(
          "{}",
          "{for: text}",
          "{for: {in: [1]}}",
          "{for: {in: {my-template: {namespace: {spec: [1]}}}}}",
          "{for: {in: {my-template: {namespace: {spec: {containers: {a: 'IMAGE'}}}}}}}",
          "{for: {in: {my-template: {namespace: {spec: {containers: text, volumes: 7}}}}}}",
          "{template: {spec: {containers: [{name: c, image: 'IMAGE'}]}}}");

  static final List<String> VERSIONS = List.of("v1", "v2");

  private PolicyNamespace namespace;

  @BeforeAll
  void install(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "further");
    namespace.publish(WEB);
    load(CRD);
    load(policy());
    await("the second policy")
        .atMost(PolicyNamespace.PATIENCE)
        .ignoreExceptions()
        .until(() -> namespace.tried(odd("v1", WEB.image())), List.of(WEB.pinned())::equals);
  }

  /** As it is rendered, under another name and for this namespace only. */
  private String policy() {
    WorkloadKinds kinds =
        new WorkloadKinds(
            Stream.concat(WorkloadKinds.BUILT_IN.all().stream(), Stream.of(ODD)).toList());
    return new AdmissionPolicy(kinds, AdmissionPolicy.INSTALLED_USER)
        .yaml()
        .replace("name: pinnedimage\n", "name: pinnedimage-odd\n")
        .replace("policyName: pinnedimage\n", "policyName: pinnedimage-odd\n")
        .replace(
            "namespaceSelector: {}",
            "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}"
                .formatted(namespace.name));
  }

  private void load(String yaml) {
    admin().load(stream(yaml)).serverSideApply();
  }

  private static ByteArrayInputStream stream(String yaml) {
    return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
  }

  private KubernetesClient admin() {
    return namespace.cluster.admin();
  }

  @AfterAll
  void remove() {
    admin().load(stream(policy())).delete();
    admin().load(stream(CRD)).delete();
    namespace.close();
  }

  private static Manifest odd(String version, String... images) {
    Kind kind =
        new Kind(
            "odd.example.com/" + version,
            "Odd",
            "/" + PATH.replace('.', '/'),
            "{for: {in: {my-template: {namespace: {spec: POD}}}}}");
    return Manifest.of(kind, "odd", images);
  }

  @ParameterizedTest
  @FieldSource("VERSIONS")
  void isRewrittenWhereverItNamesAnImageInEachOfItsVersions(String version) {
    assertThat(
            namespace.tried(
                odd(version, "busybox:1.36", WEB.image())
                    .withInit(WEB.image())
                    .withVolumes(WEB.image())))
        .containsExactly("busybox:1.36", WEB.pinned(), WEB.pinned(), WEB.pinned());
  }

  @Test
  void theBuiltInKindsAreRewrittenAsBefore() {
    for (Kind kind : Kind.builtIn()) {
      assertThat(namespace.tried(Manifest.of(kind, "web", WEB.image())))
          .as(kind.name())
          .containsExactly(WEB.pinned());
    }
  }

  @ParameterizedTest
  @FieldSource("SHAPELESS")
  void whatHasNoPodSpecThereCanStillBeWritten(String spec) {
    GenericKubernetesResource wanted = withSpec(spec);
    GenericKubernetesResource created = admin().resource(wanted).dryRun().create();
    assertThat(created.<Object>get("spec")).isEqualTo(wanted.get("spec"));
  }

  @Test
  void aContainerWithoutAnImageHarmsNoneBesideIt() {
    String containers = "[{name: a, image: 'IMAGE'}, {name: b}]";
    GenericKubernetesResource wanted =
        withSpec(
            "{for: {in: {my-template: {namespace: {spec: {containers: %s}}}}}}"
                .formatted(containers));
    assertThat(odd("v1").images(admin().resource(wanted).dryRun().create()))
        .containsExactly(WEB.pinned());
  }

  private GenericKubernetesResource withSpec(String spec) {
    String yaml =
        "apiVersion: odd.example.com/v1\nkind: Odd\nmetadata: {name: odd, namespace: %s}\nspec: %s\n"
            .formatted(namespace.name, spec.replace("IMAGE", WEB.image()));
    return Serialization.unmarshal(yaml, GenericKubernetesResource.class);
  }
}
