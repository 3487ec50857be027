package dev.pinnedimage.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.RealCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The finalizer's patches on a real API server, sent for an object that has changed meanwhile. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestoreFinalizerIT {
  private KubernetesClient client;
  private RestoreFinalizer finalizer;
  private String namespace;

  @BeforeAll
  void start(ControlPlane cluster) {
    cluster.apply(Path.of("deploy/install.yaml"));
    client = cluster.admin();
    namespace = cluster.newNamespace("finalizer");
    finalizer = new RestoreFinalizer(client, false);
  }

  private PinnedImage create(String name) {
    String yaml =
        """
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata: {name: %s, namespace: %s}
        spec: {image: "acme/web:1", deletionPolicy: Restore}
        """
            .formatted(name, namespace);
    return client
        .resource(client.getKubernetesSerialization().unmarshal(yaml, PinnedImage.class))
        .create();
  }

  private PinnedImage now(PinnedImage pinnedImage) {
    return client.resource(pinnedImage).get();
  }

  private PinnedImage withFinalizers(PinnedImage pinnedImage, String... finalizers) {
    return client
        .resource(now(pinnedImage))
        .edit(edited -> {
          edited.getMetadata().setFinalizers(List.of(finalizers));
          return edited;
        });
  }

  private List<String> finalizers(HasMetadata object) {
    return client.resource(object).get().getMetadata().getFinalizers();
  }

  @Test
  void isPutOnWhereThereIsNoneAndBesideOthers() {
    PinnedImage bare = create("bare");
    assertThat(finalizer.settle(bare)).isTrue();
    assertThat(finalizers(bare)).containsExactly(RestoreFinalizer.NAME);

    PinnedImage other = withFinalizers(create("other"), "example.com/a");
    assertThat(finalizer.settle(other)).isTrue();
    assertThat(finalizers(other)).containsExactly("example.com/a", RestoreFinalizer.NAME);
    assertThat(now(other).getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void anotherThatCameMeanwhileIsNotOverwritten() {
    PinnedImage seen = create("raced");
    withFinalizers(seen, "example.com/a");

    assertThat(finalizer.settle(seen)).isFalse();

    assertThat(finalizers(seen)).containsExactly("example.com/a");
  }

  @Test
  void anotherThatWentMeanwhileDoesNotComeBack() {
    PinnedImage seen = withFinalizers(create("went"), "example.com/a", "example.com/b");
    withFinalizers(seen, "example.com/b");

    assertThat(finalizer.settle(seen)).isFalse();

    assertThat(finalizers(seen)).containsExactly("example.com/b");
  }

  @Test
  void takesNoOtherOffWhereTheListHasChangedMeanwhile() {
    PinnedImage seen = withFinalizers(create("shifted"), RestoreFinalizer.NAME);
    withFinalizers(seen, "example.com/a", RestoreFinalizer.NAME);

    assertThat(finalizer.takeOff(seen)).isFalse();
    assertThat(finalizers(seen)).containsExactly("example.com/a", RestoreFinalizer.NAME);

    assertThat(finalizer.takeOff(now(seen))).isTrue();
    assertThat(finalizers(seen)).containsExactly("example.com/a");
  }

  @Test
  void isNotPutOnAnotherObjectOfTheSameName() {
    PinnedImage seen = create("reborn");
    client.resource(seen).delete();
    PinnedImage reborn = create("reborn");

    assertThat(finalizer.settle(seen)).isFalse();

    assertThat(finalizers(reborn)).isEmpty();
  }
}
