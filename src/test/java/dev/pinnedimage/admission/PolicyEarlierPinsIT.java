package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/**
 * An earlier pin in a workload is what somebody went back to: it is taken back in one request only,
 * the operator's own for the very PinnedImage whose pin it was.
 */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyEarlierPinsIT {
  private static final Pin WEB =
      Pin.of("web", "reg.example/web:1", Pin.digest("a")).movedTo(Pin.digest("b"));
  private static final Pin PROXY =
      Pin.of("proxy", "reg.example/proxy:1", Pin.digest("c")).movedTo(Pin.digest("d"));

  private PolicyNamespace namespace;
  private PinnedImage web;
  private PinnedImage proxy;
  private Manifest workload;
  private final List<String> earlier = List.of(WEB.pinned(0), PROXY.pinned(0));

  @BeforeAll
  void publish(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "earlier");
    web = namespace.publish(WEB);
    proxy = namespace.publish(PROXY);
  }

  @AfterAll
  void close() {
    namespace.close();
  }

  @BeforeEach
  void holdAWorkloadToBothEarlierPins(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
    workload = Manifest.of(Kind.DEPLOYMENT, name, WEB.pinned(0), PROXY.pinned(0));
    assertThat(namespace.created(workload)).as("a person's own choice").isEqualTo(earlier);
  }

  @Test
  void eachIsTakenBackInTheOperatorsRequestForIt() {
    assertThat(images(namespace.nudgedByOperator(workload, web)))
        .containsExactly(WEB.pinned(), PROXY.pinned(0));
    assertThat(images(namespace.nudgedByOperator(workload, proxy)))
        .containsExactly(WEB.pinned(), PROXY.pinned());
  }

  @Test
  void notInAnyOtherRequestOfTheOperator() {
    String uid = web.getMetadata().getUid();
    for (String manager :
        List.of(
            "pinnedimage-operator",
            "pinnedimage-operator:",
            "pinnedimage-operator:web",
            "x-pinnedimage-operator:" + uid,
            "pinnedimage-operator:" + uid + "0",
            uid)) {
      assertThat(images(namespace.nudgedByOperator(workload, manager)))
          .as(manager)
          .isEqualTo(earlier);
    }
  }

  @Test
  void notForSomebodyElseWhoNamesItsFieldManager() {
    String manager = "pinnedimage-operator:" + web.getMetadata().getUid();
    assertThat(images(namespace.nudgedByAdmin(workload, manager))).isEqualTo(earlier);
  }

  @Test
  void notByAnnotateOrScaleOrRestart() {
    String deployment = "deploy/" + workload.name();
    kubectl("annotate", deployment, "example.com/note=1");
    kubectl("scale", deployment, "--replicas=1");
    kubectl("rollout", "restart", deployment);
    assertThat(namespace.images(workload)).isEqualTo(earlier);
  }

  @Test
  void setImageToAnEarlierPinStandsAndToTheTagGivesThePin() {
    String deployment = "deploy/" + workload.name();
    kubectl("set", "image", deployment, "c0=" + WEB.image());
    assertThat(namespace.images(workload)).containsExactly(WEB.pinned(), PROXY.pinned(0));
    kubectl("set", "image", deployment, "c0=" + WEB.pinned(0));
    assertThat(namespace.images(workload)).isEqualTo(earlier);
  }

  @Test
  void aRolloutUndoGoesBackToTheEarlierPin() {
    namespace.settled(workload);
    kubectl("set", "image", "deploy/" + workload.name(), "c0=" + WEB.image());
    namespace.settled(workload);
    kubectl("rollout", "undo", "deploy/" + workload.name());
    assertThat(namespace.images(workload)).isEqualTo(earlier);
  }

  @Test
  void takingItBackLeavesEveryFieldToItsOwner() {
    List<ManagedFieldsEntry> before = ownersOfSpec(namespace.settled(workload));
    namespace.nudgedByOperator(workload, web);
    assertThat(namespace.images(workload)).containsExactly(WEB.pinned(), PROXY.pinned(0));
    assertThat(ownersOfSpec(namespace.now(workload))).isEqualTo(before);
  }

  private static List<ManagedFieldsEntry> ownersOfSpec(GenericKubernetesResource workload) {
    return workload.getMetadata().getManagedFields().stream()
        .filter(entry -> entry.getSubresource() == null)
        .toList();
  }

  @Test
  void aDigestThatNeverWasThePinIsLeftInEveryRequest() {
    String foreign = WEB.image() + "@" + Pin.digest("9");
    assertThat(images(namespace.withImage(workload, 0, foreign))).contains(foreign);
    assertThat(images(namespace.nudgedByOperator(workload, web))).contains(foreign);
  }

  private List<String> images(GenericKubernetesResource object) {
    return workload.images(object);
  }

  private void kubectl(String... arguments) {
    namespace.kubectl(arguments);
  }
}
