package dev.pinnedimage.admission;

import static java.util.stream.Collectors.joining;

import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** CEL that tells where a request's kind has its pod spec, from the table of kinds. */
record PodSpecs(WorkloadKinds kinds) {
  /** Where most kinds have it; asked last, so that it needs no test. */
  private static final String USUAL = "spec.template.spec";

  /** Not to be written as a field in CEL. */
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  /** The pod spec of {@code object} or {@code oldObject}; an empty map where there is none. */
  String of(String object) {
    return "(" + byPath(path -> object + steps(path)) + ").orValue({})";
  }

  /** Its JSON pointer, as a string of CEL. */
  String pointer() {
    return byPath(path -> "'/" + path.replace('.', '/') + "'");
  }

  /** Whether the pod template is fixed once the object exists. */
  String isImmutable() {
    return kinds.all().stream()
        .filter(WorkloadKind::immutable)
        .map(PodSpecs::isKind)
        .collect(joining(" || ", "(", ")"));
  }

  private String byPath(Function<String, String> of) {
    Set<String> others = new LinkedHashSet<>();
    kinds.all().stream().map(WorkloadKind::podSpec).forEach(others::add);
    others.remove(USUAL);
    return others.stream()
            .map(path -> haveIt(path) + " ? " + of.apply(path) + " : ")
            .collect(joining())
        + of.apply(USUAL);
  }

  private String haveIt(String path) {
    return kinds.all().stream()
        .filter(kind -> kind.podSpec().equals(path))
        .map(PodSpecs::isKind)
        .collect(joining(" || "));
  }

  private static String isKind(WorkloadKind kind) {
    return "request.kind.group == '%s' && request.kind.kind == '%s'"
        .formatted(kind.group(), kind.kind());
  }

  private static String steps(String path) {
    return Stream.of(path.split("\\.", -1))
        .map(step ->
            step.matches("[A-Za-z_][A-Za-z0-9_]*") && !RESERVED.contains(step)
                ? ".?" + step
                : "[?'" + step + "']")
        .collect(joining());
  }
}
