package dev.pinnedimage.admission;

import static java.util.stream.Collectors.joining;

import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** CEL that tells where a request's kind has its pod spec, from the table of kinds. */
record PodSpecs(WorkloadKinds kinds) {
  /** Where most kinds have it; asked last, so that it needs no test. */
  private static final String USUAL = "spec.template.spec";

  /** The pod spec of {@code object} or {@code oldObject}. */
  String of(String object) {
    return byKind(path -> object + "." + path);
  }

  /** Its JSON pointer, as a string of CEL. */
  String pointer() {
    return byKind(path -> "'/" + path.replace('.', '/') + "'");
  }

  private String byKind(Function<String, String> of) {
    Map<String, List<String>> others = new LinkedHashMap<>();
    for (WorkloadKind kind : kinds.all()) {
      if (!kind.podSpec().equals(USUAL)) {
        others.merge(kind.podSpec(), List.of(kind.kind()), PodSpecs::both);
      }
    }
    return others.entrySet().stream()
            .map(e ->
                "request.kind.kind in " + list(e.getValue()) + " ? " + of.apply(e.getKey()) + " : ")
            .collect(joining())
        + of.apply(USUAL);
  }

  private static List<String> both(List<String> some, List<String> more) {
    return java.util.stream.Stream.concat(some.stream(), more.stream()).toList();
  }

  /** The kinds whose pod template is fixed once they exist. */
  String isImmutable() {
    return "request.kind.kind in "
        + list(
            kinds.all().stream().filter(WorkloadKind::immutable).map(WorkloadKind::kind).toList());
  }

  private static String list(List<String> names) {
    return names.stream().map(name -> "'" + name + "'").collect(joining(", ", "[", "]"));
  }
}
