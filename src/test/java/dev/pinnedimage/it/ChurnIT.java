package dev.pinnedimage.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.harness.ControlPlane;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RealCluster;
import dev.pinnedimage.harness.RegistryServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * 40 changes at once, in an order that a printed seed decides: what is left at the end is right.
 */
@RealCluster
class ChurnIT {
  private static final int CHANGES = 40;
  private static final int IMAGES = 4;
  private static final int DEPLOYMENTS = 8;

  private final long seed =
      Optional.ofNullable(Long.getLong("churn.seed")).orElseGet(System::nanoTime);
  private final Random random = new Random(seed);

  /** What was last declared for each Deployment: container name to image without digest. */
  private final Map<String, Map<String, String>> declared = new HashMap<>();

  /** What the tags pointed at before, and what they point at now. */
  private final List<PushedImage> older = new ArrayList<>();

  private final List<PushedImage> images = new ArrayList<>();

  @Test
  void endsConsistent(ControlPlane cluster, RegistryServer registry) throws Exception {
    System.out.println("churn.seed=" + seed);
    try (World world = World.start(cluster, registry, "churn");
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < IMAGES; i++) {
        older.add(world.push("churn" + i, "1", "a"));
        images.add(world.push("churn" + i, "1", "b"));
      }
      List<Callable<Void>> changes = new ArrayList<>();
      for (int i = 0; i < CHANGES; i++) {
        changes.add(change(world));
      }
      for (var done : threads.invokeAll(changes)) {
        done.get();
      }
      // A Deployment that was pinned and is saved again with the tag waits half a minute.
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(250))
          .untilAsserted(() -> assertConsistent(world));
    }
  }

  /** Drawn here, on one thread, so that the seed decides; run later, all at once. */
  private Callable<Void> change(World world) {
    return switch (random.nextInt(6)) {
      case 0, 1 -> savedPin(world, random.nextInt(IMAGES), random.nextInt(3));
      case 2 ->
          deleted(world, PinnedImage.class, "p" + random.nextInt(IMAGES) + "-" + random.nextInt(2));
      case 3, 4 -> savedDeployment(world, "d" + random.nextInt(DEPLOYMENTS));
      default -> deleted(world, Deployment.class, "d" + random.nextInt(DEPLOYMENTS));
    };
  }

  private Callable<Void> savedPin(World world, int image, int digest) {
    String approval =
        switch (digest) {
          case 0 -> "digest: " + images.get(image).digest();
          case 1 -> "digest: " + older.get(image).digest();
          default -> "suspend: false";
        };
    String name = "p" + image + "-" + random.nextInt(2);
    String yaml =
        """
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata: {name: %s, namespace: %s}
        spec: {image: "%s", checkInterval: 1h, %s}
        """
            .formatted(
                name, world.namespace, images.get(image).reference(world.registry), approval);
    return saved(world, yaml, PinnedImage.class);
  }

  private Callable<Void> savedDeployment(World world, String name) {
    StringBuilder containers = new StringBuilder();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String image = images.get(random.nextInt(IMAGES)).reference(world.registry);
      containers.append("{name: c%d, image: \"%s\"},".formatted(random.nextInt(2) * 10 + i, image));
    }
    String yaml =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s, namespace: %s, labels: {app: %s}}
        spec:
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec: {containers: [%s]}
        """
            .formatted(name, world.namespace, name, name, name, containers);
    Deployment wanted =
        world.client().getKubernetesSerialization().unmarshal(yaml, Deployment.class);
    return () -> {
      synchronized (declared) {
        saved(world, yaml, Deployment.class).call();
        declared.put(name, imagesByContainer(wanted));
      }
      return null;
    };
  }

  private static <T extends HasMetadata> Callable<Void> saved(
      World world, String yaml, Class<T> type) {
    return () -> {
      T object = world.client().getKubernetesSerialization().unmarshal(yaml, type);
      world.client().resource(object).forceConflicts().serverSideApply();
      return null;
    };
  }

  private Callable<Void> deleted(World world, Class<? extends HasMetadata> type, String name) {
    return () -> {
      try {
        synchronized (declared) {
          world.client().resources(type).inNamespace(world.namespace).withName(name).delete();
          declared.remove(name);
        }
      } catch (KubernetesClientException e) {
        assertThat(e.getCode()).isEqualTo(404);
      }
      return null;
    };
  }

  private static Map<String, String> imagesByContainer(Deployment deployment) {
    Map<String, String> images = new HashMap<>();
    for (Container container : deployment.getSpec().getTemplate().getSpec().getContainers()) {
      images.put(container.getName(), container.getImage());
    }
    return images;
  }

  private void assertConsistent(World world) {
    List<PinnedImage> pins =
        world.client().resources(PinnedImage.class).inNamespace(world.namespace).list().getItems();
    for (PinnedImage pin : pins) {
      assertThat(pin.lastStatus().pinned()).as("seed %d: pin of %s", seed, pin.key()).isNotNull();
      assertThat(pin.lastStatus().observedGeneration())
          .isEqualTo(pin.getMetadata().getGeneration());
    }
    var deployments =
        world.client().apps().deployments().inNamespace(world.namespace).list().getItems();
    assertThat(deployments)
        .extracting(d -> d.getMetadata().getName())
        .containsExactlyInAnyOrderElementsOf(declared.keySet());
    for (Deployment deployment : deployments) {
      Map<String, String> wanted = declared.get(deployment.getMetadata().getName());
      Map<String, String> found = imagesByContainer(deployment);
      assertThat(found.keySet()).as("seed %d: containers", seed).isEqualTo(wanted.keySet());
      found.forEach((container, image) -> assertImage(pins, wanted.get(container), image));
    }
  }

  /** Where somebody pins the tag, the oldest one's digest; else the tag, or a pin left behind. */
  private void assertImage(List<PinnedImage> pins, String declaredImage, String image) {
    Optional<PinnedImage> winner =
        pins.stream()
            .filter(pin -> declaredImage.equals(pin.getSpec().image()))
            .min(
                Comparator.comparing((PinnedImage pin) -> pin.getMetadata().getCreationTimestamp())
                    .thenComparing(pin -> pin.getMetadata().getName()));
    String pushed = winner.map(pin -> "@" + pin.lastStatus().pinned().digest()).orElse("");
    List<String> leftBehind =
        Stream.concat(images.stream(), older.stream())
            .filter(i -> declaredImage.endsWith("/" + i.repository() + ":1"))
            .map(i -> declaredImage + "@" + i.digest())
            .toList();
    if (winner.isPresent()) {
      assertThat(image).as("seed %d", seed).isEqualTo(declaredImage + pushed);
    } else {
      assertThat(image)
          .as("seed %d", seed)
          .isIn(Stream.concat(Stream.of(declaredImage), leftBehind.stream()).toList());
    }
  }
}
