package dev.pinnedimage.admission;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A PinnedImage as the policy reads it.
 *
 * @param image the tag; the one spelling that is rewritten
 * @param digests every pin that it had, the last is the one that it has
 * @param isMoving whether earlier pins are rewritten, too: so the operator publishes it until all
 *     workloads carry the pin
 * @param metadata further lines of it, in YAML's flow style
 * @param spec further lines of it, likewise
 */
record Pin(
    String name,
    String image,
    List<String> digests,
    boolean isMoving,
    String metadata,
    String spec) {

  static Pin of(String name, String image, String... digests) {
    return new Pin(name, image, List.of(digests), false, "", "");
  }

  Pin movedTo(String digest) {
    List<String> all = new ArrayList<>(digests);
    all.add(digest);
    return new Pin(name, image, all, true, metadata, spec);
  }

  Pin withMetadata(String lines) {
    return new Pin(name, image, digests, isMoving, lines, spec);
  }

  Pin withSpec(String lines) {
    return new Pin(name, image, digests, isMoving, metadata, lines);
  }

  /** A digest of one hexadecimal digit. */
  static String digest(String digit) {
    return "sha256:" + digit.repeat(64);
  }

  String pinned() {
    return pinned(digests.size() - 1);
  }

  /** The image with one of the pins, the first is 0. */
  String pinned(int which) {
    return image + "@" + digests.get(which);
  }

  String rewrites() {
    String earlier =
        isMoving
            ? IntStream.range(0, digests.size() - 1)
                .mapToObj(i -> ", '%s': '%s'".formatted(pinned(i), pinned()))
                .collect(joining())
            : "";
    return "{'%s': '%s'%s}".formatted(image, pinned(), earlier);
  }

  String yaml(String namespace) {
    return "apiVersion: pinnedimage.dev/v1alpha1\nkind: PinnedImage\n"
        + "metadata: {name: %s, namespace: %s, %s}\nspec: {image: '%s', %s}\n"
            .formatted(name, namespace, metadata, image, spec);
  }

  String status() {
    String time = "2027-01-01T00:00:00Z";
    String history =
        IntStream.range(0, digests.size() - 1)
            .mapToObj(i ->
                "{digest: '%s', from: '%s', until: '%s', reason: Approved}"
                    .formatted(digests.get(i), time, time))
            .collect(joining(", "));
    return "{rewrites: %s, pinned: {digest: '%s', reference: '%s', since: '%s'}, history: [%s]}"
        .formatted(rewrites(), digests.getLast(), pinned(), time, history);
  }
}
