package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Item;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Workloads that no sane person writes, and that any tenant may: they harm nothing else. */
@RealCluster
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
  private static final int LONG = 300_000;
  private static final int MANY = 200;

  private World world;

  @BeforeAll
  void start(ControlPlane cluster, RegistryServer registry) {
    world = World.start(cluster, registry, "bad-input");
  }

  @AfterAll
  void stop() {
    assertThat(world.operator().log()).doesNotContain("defect", "Exception", "is interrupted");
    world.close();
  }

  @Test
  void pinsTheContainerBesideImagesThatMeanNothing() {
    PushedImage image = world.push("beside", "1", "a");
    String tag = image.reference(world.registry);
    List<String> images =
        new ArrayList<>(
            List.of(
                "UPPER/Case:1",
                "not an image",
                ":",
                "@",
                tag + "@",
                tag + "@sha256:short",
                tag + ":1",
                tag.replace("beside", "../beside"),
                "%s{0}~1/~0",
                "ü/日本:1"));
    images.add(tag);
    world.deploy("beside", images.toArray(String[]::new));
    world.pin("beside", tag);
    images.set(images.size() - 1, image.pinned(world.registry));
    world.awaitImages("beside", images.toArray(String[]::new));
    world.awaitStatus("beside", s -> s.workloads() != null);
  }

  @Test
  void isNotHarmedByAnImageOf300000Characters() {
    PushedImage first = world.push("long", "1", "a");
    String tag = first.reference(world.registry);
    String longTag = tag + "a".repeat(LONG);
    String longPath = "a/".repeat(LONG / 2) + "b:1";
    world.deploy("long", tag, longTag);
    world.deploy("deep", tag, longPath);
    world.deploy("dashes", tag, world.registry.host() + "/" + "-".repeat(LONG));
    world.pin("long", tag);
    world.awaitPinned("long", first);
    world.awaitImages("long", first.pinned(world.registry), longTag);
    world.awaitImages("deep", first.pinned(world.registry), longPath);

    PushedImage second = world.push("long", "1", "b");
    world.approve("long", second);
    world.awaitImages("long", second.pinned(world.registry), longTag);
    world.awaitImages("deep", second.pinned(world.registry), longPath);
  }

  @Test
  void pins200ContainersWithOnePatch() {
    PushedImage image = world.push("many", "1", "a");
    String tag = image.reference(world.registry);
    String[] tags = IntStream.range(0, MANY).mapToObj(i -> tag).toArray(String[]::new);
    world.deploy("many", tags);
    world.pin("many", tag);
    world.awaitPinned("many", image);
    assertThat(world.imagesOf("many")).hasSize(MANY).containsOnly(image.pinned(world.registry));
    assertThat(world.deployment("many").getMetadata().getGeneration()).isEqualTo(2);
    assertThat(world.status("many").workloads().items())
        .hasSize(50)
        .extracting(Item::state)
        .containsOnly("Pinned");
    assertThat(world.status("many").workloads().summary()).isEqualTo("1/1");
  }

  /** {@code ~} and {@code /} mean something in a JSON pointer. */
  @Test
  void isNotLedAstrayByNamesThatAreNoPartOfAPath() {
    PushedImage image = world.push("pointer", "1", "a");
    String tag = image.reference(world.registry);
    world.deployYaml(
        "pointer",
        """
              containers:
              - name: "0"
                image: "%s"
                env: [{name: "a~1b/~0c", value: "/spec/template/spec/containers/0/image"}]
                volumeMounts: [{name: "1", mountPath: "/a~1b/~0"}]
              - {name: image, image: "example.com/other:1"}
              volumes: [{name: "1", emptyDir: {}}, {name: "0", image: {reference: "%s"}}]
        """
            .formatted(tag, tag));
    world.cluster.kubectl(
        "annotate",
        "deploy/pointer",
        "-n",
        world.namespace,
        "example.com/a.b_c=~1/~0",
        "pinnedimage.dev/ignore=~1true");
    world.pin("pointer", tag);
    world.awaitImages("pointer", image.pinned(world.registry), "example.com/other:1");
    assertThat(
            world.deployment("pointer").getSpec().getTemplate().getSpec().getVolumes().stream()
                .filter(volume -> volume.getImage() != null)
                .map(volume -> volume.getImage().getReference()))
        .containsExactly(image.pinned(world.registry));
  }
}
