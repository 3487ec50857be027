package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A workload of each kind that is written, each with the image in an own way. */
final class Kinds {
  /** Of all of them. */
  static final String NAME = "each";

  private static final String YAML =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: each, labels: {app: each}}
      spec:
        selector: {matchLabels: {app: each}}
        template:
          metadata: {labels: {app: each}}
          spec:
            initContainers: [{name: init, image: "IMAGE"}]
            containers:
            - {name: other, image: example.com/other:1}
            - {name: web, image: "IMAGE"}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: each}
      spec:
        selector: {matchLabels: {app: each-set}}
        template:
          metadata: {labels: {app: each-set}}
          spec:
            containers: [{name: other, image: "example.com/other:1"}]
            volumes: [{name: data, image: {reference: "IMAGE"}}]
      ---
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: each}
      spec:
        selector: {matchLabels: {app: each-node}}
        template:
          metadata: {labels: {app: each-node}}
          spec:
            containers: [{name: web, image: "IMAGE"}]
      ---
      apiVersion: batch/v1
      kind: CronJob
      metadata: {name: each}
      spec:
        schedule: "0 0 1 1 *"
        jobTemplate:
          spec:
            template:
              spec:
                restartPolicy: Never
                containers: [{name: web, image: "IMAGE"}]
      """;

  private final World world;

  Kinds(World world, String image) {
    this.world = world;
    byte[] yaml = YAML.replace("IMAGE", image).getBytes(StandardCharsets.UTF_8);
    world.client().load(new ByteArrayInputStream(yaml)).inNamespace(world.namespace).create();
  }

  /** All of them have it everywhere that they had the image. */
  void awaitAll(String image) {
    await(image).atMost(World.PATIENCE).until(this::images, List.of(image)::equals);
  }

  private List<String> images() {
    return Stream.of(
            "deploy={.spec.template.spec.initContainers[*].image} {.spec.template.spec.containers[1].image}",
            "statefulset={.spec.template.spec.volumes[*].image.reference}",
            "daemonset={.spec.template.spec.containers[*].image}",
            "cronjob={.spec.jobTemplate.spec.template.spec.containers[*].image}")
        .flatMap(query -> images(query.split("=", 2)))
        .distinct()
        .toList();
  }

  private Stream<String> images(String... query) {
    String found =
        world.cluster.kubectl(
            "get", query[0], NAME, "-n", world.namespace, "-o", "jsonpath=" + query[1]);
    return Stream.of(found.split(" "));
  }
}
