package dev.pinnedimage.admission;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A workload as its applier declares it.
 *
 * @param metadata further lines of it, in YAML's flow style
 * @param initContainers their images; the second and those after it are sidecars
 * @param volumes images of image volumes
 */
record Manifest(
    Kind kind,
    String name,
    String metadata,
    List<String> containers,
    List<String> initContainers,
    List<String> volumes) {

  static Manifest of(Kind kind, String name, String... containers) {
    return new Manifest(kind, name, "", List.of(containers), List.of(), List.of());
  }

  Manifest withInit(String... images) {
    return new Manifest(kind, name, metadata, containers, List.of(images), volumes);
  }

  Manifest withVolumes(String... images) {
    return new Manifest(kind, name, metadata, containers, initContainers, List.of(images));
  }

  Manifest withMetadata(String lines) {
    return new Manifest(kind, name, lines, containers, initContainers, volumes);
  }

  String yaml(String namespace) {
    String spec = kind.spec().replace("NAME", name).replace("POD", podSpec());
    return "apiVersion: %s\nkind: %s\nmetadata: {name: %s, namespace: %s, %s}\nspec: %s\n"
        .formatted(kind.apiVersion(), kind.name(), name, namespace, metadata, spec);
  }

  GenericKubernetesResource in(String namespace) {
    return Serialization.unmarshal(yaml(namespace), GenericKubernetesResource.class);
  }

  private String podSpec() {
    return "{restartPolicy: %s, containers: [%s], initContainers: [%s], volumes: [%s]}"
        .formatted(
            kind.restartPolicy(),
            each(containers, i -> "{name: c%d, image: '%s'}".formatted(i, containers.get(i))),
            each(
                initContainers,
                i ->
                    "{name: i%d, image: '%s'%s}"
                        .formatted(
                            i, initContainers.get(i), i > 0 ? ", restartPolicy: Always" : "")),
            Stream.concat(
                    Stream.of("{name: scratch, emptyDir: {}}"),
                    IntStream.range(0, volumes.size())
                        .mapToObj(i ->
                            "{name: v%d, image: {reference: '%s'}}".formatted(i, volumes.get(i))))
                .collect(joining(", ")));
  }

  private static String each(List<String> images, IntFunction<String> written) {
    return IntStream.range(0, images.size()).mapToObj(written).collect(joining(", "));
  }

  /** All images of what came of it: containers, init containers, image volumes. */
  List<String> images(GenericKubernetesResource object) {
    JsonNode pod = new ObjectMapper().<JsonNode>valueToTree(object).at(kind.podSpec());
    return Stream.of(
            images(pod.path("containers"), "/image"),
            images(pod.path("initContainers"), "/image"),
            images(pod.path("volumes"), "/image/reference"))
        .flatMap(images -> images)
        .toList();
  }

  private static Stream<String> images(JsonNode list, String path) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(entry -> entry.at(path))
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText);
  }
}
