package dev.pinnedimage.it;

import java.util.List;

/** The page around the fault table. */
final class FaultPage {
  static final String BEGIN = "registry.example/faults:1: ";
  static final String END = "; the pin sha256:… is held and still written";
  static final String TRANSIENT = "; not answering since TIME, asked again by itself";

  private static final String HEAD =
      """
      # When a registry misbehaves

      What the operator does about each fault, as seen by `FaultTableIT`: a PinnedImage and a workload are
      pinned through a proxy in front of a real registry, the proxy then misbehaves, and is mended again. This page is
      written by that test (`make faults`), which fails where the page is stale.

      - *Noticed*: how long after the check began `Resolved` says so. No exchange takes longer than 10 s, its names,
        redirects and body included.
      - *Message*: what stands in `Resolved`, between `registry.example/faults:1: ` and
        `; the pin sha256:… is held and still written`, with which each begins and ends. `…` is
        `; not answering since TIME, asked again by itself`.
        What could not be understood is said to be `looked up again every 10s`, the `checkInterval`.
      - *Recovery*: how long after the fault is over the operator finds out, by itself, with `checkInterval: 10s`. A new
        value of the annotation `pinnedimage.dev/requestedAt` makes it at once, but not before a time that the
        registry named.
      - After each fault the registry's side has seen all of the operator's connections closed.

      | Fault | Reason | Noticed | Message | `Ready` | The pin | Recovery |
      |---|---|---|---|---|---|---|
      """;

  private FaultPage() {}

  static String of(List<String> rows) {
    return HEAD + String.join("\n", rows) + "\n";
  }
}
