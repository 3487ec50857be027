package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A workload of any kind that names one image in four places. */
record DeclaredWorkload(World world, KindOfWorkload kind, String name) {
  private static final PatchContext A_PERSON =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager("kubectl-edit")
          .build();

  static DeclaredWorkload create(World world, KindOfWorkload kind, String name, String image) {
    String manifest = kind.manifest(world.namespace, name, image);
    world
        .client()
        .resource(
            world
                .client()
                .getKubernetesSerialization()
                .unmarshal(manifest, GenericKubernetesResource.class))
        .create();
    return new DeclaredWorkload(world, kind, name);
  }

  GenericKubernetesResource now() {
    return resource().require();
  }

  private Resource<GenericKubernetesResource> resource() {
    return world
        .client()
        .genericKubernetesResources(kind.apiVersion(), kind.kind())
        .inNamespace(world.namespace)
        .withName(name);
  }

  List<String> images() {
    JsonNode tree = world.client().getKubernetesSerialization().convertValue(now(), JsonNode.class);
    return kind.imagePaths().stream().map(path -> tree.at(path).asText()).toList();
  }

  /** Until all four are that one. */
  void awaitImages(String image) {
    await(kind + " " + name)
        .atMost(World.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(this::images, Collections.nCopies(4, image)::equals);
  }

  /** As a person does, in all four places at once. */
  void edit(String image) {
    String patch =
        kind.imagePaths().stream()
            .map(path ->
                "{\"op\":\"replace\",\"path\":\"%s\",\"value\":\"%s\"}".formatted(path, image))
            .collect(Collectors.joining(",", "[", "]"));
    resource().patch(A_PERSON, patch);
  }

  /** What its pods run, by their names; those under deletion do not count. */
  Map<String, String> imagesOfPods() {
    return world
        .client()
        .pods()
        .inNamespace(world.namespace)
        .withLabel("app", name)
        .list()
        .getItems()
        .stream()
        .filter(pod -> !pod.isMarkedForDeletion())
        .collect(
            Collectors.toMap(
                (Pod pod) -> pod.getMetadata().getName(),
                pod -> pod.getSpec().getContainers().getFirst().getImage(),
                (a, b) -> a,
                TreeMap::new));
  }
}
