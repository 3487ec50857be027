package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** What an applier declares of a pod template; every entry has a name of its own and a mark. */
record DeclaredTemplate(List<Part> parts) {
  static final String IMAGE = "registry.test/web:1";
  private static final List<String> LISTS = List.of("containers", "initContainers", "volumes");
  private static final List<String> IMAGES =
      List.of(
          IMAGE,
          IMAGE,
          IMAGE,
          "registry.test/web:2",
          "registry.test/other:1",
          IMAGE + "@sha256:" + "b".repeat(64));
  private static final List<String> MARKS = List.of("Always", "Never", "IfNotPresent");

  /**
   * A container, an init container or an image volume.
   *
   * @param mark something else that the applier wants of it: its pull policy
   */
  record Part(String list, String name, String image, String mark) {
    Part withImage(String other) {
      return new Part(list, name, other, mark);
    }
  }

  static DeclaredTemplate random(Random random) {
    List<Part> parts = new ArrayList<>();
    parts.add(part("containers", random));
    for (int i = random.nextInt(6); i > 0; i--) {
      parts.add(part(oneOf(LISTS, random), random));
    }
    return new DeclaredTemplate(parts);
  }

  private static Part part(String list, Random random) {
    String name = "p" + Long.toString(random.nextLong() >>> 1, 36);
    return new Part(list, name, oneOf(IMAGES, random), oneOf(MARKS, random));
  }

  private static <T> T oneOf(List<T> all, Random random) {
    return all.get(random.nextInt(all.size()));
  }

  /** One to three things that people do to a manifest. */
  DeclaredTemplate changed(Random random) {
    List<Part> now = new ArrayList<>(parts);
    for (int i = random.nextInt(3); i >= 0; i--) {
      change(now, random);
    }
    return new DeclaredTemplate(now);
  }

  private static void change(List<Part> now, Random random) {
    int at = random.nextInt(now.size());
    Part part = now.get(at);
    Part fresh = part(part.list, random);
    switch (random.nextInt(7)) {
      case 0 -> remove(now, part);
      case 1 -> Collections.shuffle(now, random);
      case 2 -> now.set(at, new Part(part.list, fresh.name, part.image, part.mark));
      case 3 -> now.add(at, part(oneOf(LISTS, random), random));
      case 4 -> now.set(at, part.withImage(fresh.image));
      case 5 -> swapImages(now, at, random.nextInt(now.size()));
      default -> now.set(at, new Part(part.list, part.name, part.image, fresh.mark));
    }
  }

  private static void remove(List<Part> now, Part part) {
    boolean isLast =
        part.list.equals("containers")
            && now.stream().filter(p -> p.list.equals("containers")).count() == 1;
    if (!isLast) {
      now.remove(part);
    }
  }

  private static void swapImages(List<Part> now, int one, int other) {
    String image = now.get(one).image;
    now.set(one, now.get(one).withImage(now.get(other).image));
    now.set(other, now.get(other).withImage(image));
  }

  /** What pinning makes of it. */
  DeclaredTemplate pinned(String pin) {
    return new DeclaredTemplate(
        parts.stream()
            .map(p -> p.image.equals(IMAGE) ? p.withImage(IMAGE + "@" + pin) : p)
            .toList());
  }

  /** In no order: server-side apply keeps one of its own. */
  Map<String, Part> byName() {
    Map<String, Part> byName = new LinkedHashMap<>();
    parts.forEach(part -> byName.put(part.name, part));
    return byName;
  }

  Map<String, Object> podSpec() {
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("restartPolicy", "Always");
    for (String list : LISTS) {
      List<Map<String, Object>> entries =
          parts.stream().filter(p -> p.list.equals(list)).map(DeclaredTemplate::entry).toList();
      if (!entries.isEmpty()) {
        spec.put(list, entries);
      }
    }
    return spec;
  }

  private static Map<String, Object> entry(Part p) {
    return p.list.equals("volumes")
        ? Map.of("name", p.name, "image", Map.of("reference", p.image, "pullPolicy", p.mark))
        : Map.of("name", p.name, "image", p.image, "imagePullPolicy", p.mark);
  }

  static DeclaredTemplate of(GenericKubernetesResource object, WorkloadKind kind) {
    Map<String, List<Map<String, Object>>> spec =
        object.get((Object[]) kind.podSpec().split("\\.", -1));
    return new DeclaredTemplate(
        LISTS.stream()
            .flatMap(list -> spec.getOrDefault(list, List.of()).stream().map(e -> part(list, e)))
            .toList());
  }

  private static Part part(String list, Map<String, Object> entry) {
    String name = String.valueOf(entry.get("name"));
    return entry.get("image") instanceof Map<?, ?> image
        ? new Part(
            list,
            name,
            String.valueOf(image.get("reference")),
            String.valueOf(image.get("pullPolicy")))
        : new Part(
            list,
            name,
            String.valueOf(entry.get("image")),
            String.valueOf(entry.get("imagePullPolicy")));
  }

  /** One list after the other, each in its order. */
  List<Part> inOrder() {
    return LISTS.stream()
        .flatMap(list -> Stream.of(parts).flatMap(List::stream).filter(p -> p.list.equals(list)))
        .toList();
  }
}
