package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Appliers write the tag again and again, and see nothing of the pin. */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyAppliersIT {
  private static final Pin WEB = Pin.of("web", "reg.example/web:1", Pin.digest("a"));
  private static final Pin NEXT = WEB.movedTo(Pin.digest("b"));

  private PolicyNamespace namespace;

  @BeforeAll
  void open(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "appliers");
  }

  @AfterAll
  void close() {
    namespace.close();
  }

  @Test
  void theTagAppliedAgainServerSideWritesNothingAlsoAfterThePinHasMoved() {
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "server-side", WEB.image());
    PinnedImage web = namespace.publish(WEB);
    assertThat(namespace.applied(manifest)).containsExactly(WEB.pinned());
    assertNothingIsWrittenBy(manifest, () -> namespace.apply(manifest));

    namespace.publish(NEXT);
    namespace.nudgedByOperator(manifest, web);
    assertThat(namespace.images(manifest)).containsExactly(NEXT.pinned());
    assertNothingIsWrittenBy(manifest, () -> namespace.apply(manifest));
    assertThat(ownersOfImages(namespace.now(manifest))).containsExactly("flux");
  }

  /** Its patch has the tag, so the time in managedFields may move (measured): nothing else does. */
  @Test
  void theTagAppliedAgainByKubectlChangesNothing() {
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "client-side", WEB.image());
    namespace.publish(WEB);
    String file = namespace.file(manifest).toString();
    namespace.kubectl("apply", "-f", file);
    GenericKubernetesResource before = namespace.settled(manifest);
    namespace.kubectl("apply", "-f", file);
    namespace.kubectl("apply", "-f", file);
    GenericKubernetesResource after = namespace.now(manifest);
    assertThat(manifest.images(after)).containsExactly(WEB.pinned());
    assertThat(after.getMetadata().getGeneration()).isEqualTo(before.getMetadata().getGeneration());
    assertThat(after.<Object>get("spec")).isEqualTo(before.get("spec"));
    assertThat(owners(after)).containsExactlyInAnyOrderElementsOf(owners(before));
  }

  @Test
  void kubectlDiffShowsNothing() {
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "diffed", WEB.image());
    namespace.publish(WEB);
    String file = namespace.file(manifest).toString();
    namespace.kubectl("apply", "-f", file);
    CommandResult diff = namespace.tryKubectl("diff", "-f", file);
    assertThat(diff.stdout() + diff.stderr()).isEmpty();
    assertThat(diff.succeeded()).isTrue();
  }

  @Test
  void aNewTagTakesEffectInOneRequest() {
    Pin first = Pin.of("bumped", "reg.example/bumped:1", Pin.digest("a"));
    Pin second = Pin.of("bumped", "reg.example/bumped:2", Pin.digest("b"));
    namespace.publish(first);
    assertThat(namespace.applied(Manifest.of(Kind.DEPLOYMENT, "bumped", first.image())))
        .containsExactly(first.pinned());
    assertThat(namespace.applied(Manifest.of(Kind.DEPLOYMENT, "bumped", second.image())))
        .containsExactly(second.image());
    namespace.publish(second);
    assertThat(namespace.applied(Manifest.of(Kind.DEPLOYMENT, "bumped", second.image())))
        .containsExactly(second.pinned());
  }

  @Test
  void anUnforcedApplyOfTheTagMeetsNoConflict() {
    Manifest manifest = Manifest.of(Kind.DEPLOYMENT, "unforced", WEB.image());
    PinnedImage web = namespace.publish(WEB);
    String file = namespace.file(manifest).toString();
    namespace.kubectl("apply", "--server-side", "-f", file);
    namespace.publish(NEXT);
    namespace.nudgedByOperator(manifest, web);
    assertNothingIsWrittenBy(
        manifest, () -> namespace.kubectl("apply", "--server-side", "-f", file));
    assertThat(namespace.images(manifest)).containsExactly(NEXT.pinned());
  }

  private void assertNothingIsWrittenBy(Manifest manifest, Runnable request) {
    GenericKubernetesResource before = namespace.settled(manifest);
    request.run();
    assertThat(namespace.now(manifest)).isEqualTo(before);
  }

  private static List<String> owners(GenericKubernetesResource workload) {
    return workload.getMetadata().getManagedFields().stream()
        .map(entry -> entry.getManager() + " " + entry.getFieldsV1())
        .toList();
  }

  private static List<String> ownersOfImages(GenericKubernetesResource workload) {
    return workload.getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getFieldsV1().toString().contains("f:image"))
        .map(ManagedFieldsEntry::getManager)
        .toList();
  }
}
