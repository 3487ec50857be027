package dev.pinnedimage.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.CommandResult;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PolicyCluster;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * The template of a Job, and most of a Pod, is fixed: what was applied must be applicable again.
 */
@PolicyCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyFixedKindsIT {
  private static final String OTHER = "busybox:1.36";
  static final List<Kind> FIXED = List.of(Kind.JOB, Kind.POD);

  private PolicyNamespace namespace;
  private Pin web;
  private Pin proxy;
  private int tests;

  @BeforeAll
  void open(ControlPlane cluster) {
    namespace = new PolicyNamespace(cluster, "fixed");
  }

  @AfterAll
  void close() {
    namespace.close();
  }

  @BeforeEach
  void name() {
    tests++;
    web = Pin.of("web-" + tests, "reg.example/web:" + tests, Pin.digest("a"));
    proxy = Pin.of("proxy-" + tests, "reg.example/proxy:" + tests, Pin.digest("b"));
  }

  private Manifest manifest(Kind kind) {
    return Manifest.of(kind, "fixed-" + tests, web.image(), OTHER, proxy.image())
        .withInit(proxy.image(), web.image())
        .withVolumes(web.image(), proxy.image());
  }

  private List<String> pinned() {
    return List.of(
        web.pinned(),
        OTHER,
        proxy.pinned(),
        proxy.pinned(),
        web.pinned(),
        web.pinned(),
        proxy.pinned());
  }

  @ParameterizedTest
  @FieldSource("FIXED")
  void theSameManifestCanBeAppliedAgainServerSideAlsoAfterThePinHasMoved(Kind kind) {
    Manifest manifest = manifest(kind);
    namespace.publish(web);
    namespace.publish(proxy);
    assertThat(namespace.applied(manifest)).isEqualTo(pinned());
    assertThat(namespace.applied(manifest)).isEqualTo(pinned());
    namespace.publish(web.movedTo(Pin.digest("c")));
    assertThat(namespace.applied(manifest)).isEqualTo(pinned());
    namespace.publish(web.movedTo(Pin.digest("c")).movedTo(Pin.digest("d")));
    namespace.publish(proxy.movedTo(Pin.digest("e")));
    assertThat(namespace.applied(manifest)).isEqualTo(pinned());
  }

  @ParameterizedTest
  @FieldSource("FIXED")
  void theSameManifestCanBeAppliedAgainByKubectlAlsoAfterThePinHasMoved(Kind kind) {
    Manifest manifest = manifest(kind);
    String file = namespace.file(manifest).toString();
    namespace.publish(web);
    namespace.publish(proxy);
    namespace.kubectl("apply", "-f", file);
    assertThat(namespace.images(manifest)).isEqualTo(pinned());
    namespace.kubectl("apply", "-f", file);
    namespace.publish(web.movedTo(Pin.digest("c")));
    namespace.kubectl("apply", "-f", file);
    assertThat(namespace.images(manifest)).isEqualTo(pinned());
    assertThat(namespace.tryKubectl("diff", "-f", file).stdout()).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("FIXED")
  void oneThatIsOlderThanItsPinnedImageCanBeAppliedAgain(Kind kind) {
    Manifest manifest = Manifest.of(kind, "older-" + tests, web.image());
    assertThat(namespace.applied(manifest)).containsExactly(web.image());
    namespace.publish(web);
    assertThat(namespace.applied(manifest)).containsExactly(web.image());
  }

  @Test
  void aSuspendedJobGoesOnWithTheImageThatItHas() {
    namespace.publish(web);
    Manifest suspended = Manifest.of(Kind.JOB, "suspended-" + tests, web.image());
    namespace.apply(suspended);
    namespace.publish(web.movedTo(Pin.digest("c")));
    Kind running = Kind.JOB.with("suspend: true", "suspend: false");
    assertThat(namespace.applied(Manifest.of(running, suspended.name(), web.image())))
        .containsExactly(web.pinned());
  }

  @Test
  void aRealChangeOfAJobIsStillRefusedByTheApiServer() {
    namespace.publish(web);
    namespace.apply(Manifest.of(Kind.JOB, "changed-" + tests, web.image(), OTHER));
    assertThatThrownBy(() ->
            namespace.apply(Manifest.of(Kind.JOB, "changed-" + tests, web.image(), "busybox:1.37")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("field is immutable");
  }

  @Test
  void aPodThatIsChangedToTheTagGetsTheTag() {
    namespace.publish(web);
    Manifest pod = Manifest.of(Kind.POD, "changed-" + tests, OTHER);
    namespace.created(pod);
    assertThat(pod.images(namespace.withImage(pod, 0, web.image()))).containsExactly(web.image());
  }

  /** Whatever rights it has: it never asks for it, and it would be refused. */
  @Test
  void notEvenTheOperatorsOwnRequestTakesAnEarlierPinBack() {
    PinnedImage pinnedImage = namespace.publish(web);
    Manifest job = Manifest.of(Kind.JOB, "nudged-" + tests, web.image());
    namespace.apply(job);
    namespace.publish(web.movedTo(Pin.digest("c")));
    CommandResult patched =
        namespace.tryKubectl(
            "patch",
            "job/" + job.name(),
            "--as=" + AdmissionPolicy.INSTALLED_USER,
            "--as-group=system:masters",
            "--field-manager=pinnedimage-operator:" + pinnedImage.getMetadata().getUid(),
            "--type=json",
            "-p=[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"a\":\"b\"}}]");
    assertThat(patched.stderr()).isEmpty();
    assertThat(namespace.images(job)).containsExactly(web.pinned());
  }
}
