package dev.pinnedimage.admission;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import dev.pinnedimage.workload.WorkloadKind;
import dev.pinnedimage.workload.WorkloadKinds;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which requests a policy is asked about: the kinds of the table, created or updated. */
record ResourceRules(WorkloadKinds kinds) {
  /** One rule for each group and version, indented as it stands in a policy. */
  String yaml() {
    Map<String, String> byApi =
        kinds.all().stream()
            .collect(
                groupingBy(
                    kind ->
                        "    - apiGroups: ['"
                            + kind.group()
                            + "']\n      apiVersions: ['"
                            + kind.version()
                            + "']",
                    LinkedHashMap::new,
                    mapping(WorkloadKind::plural, joining(", "))));
    return byApi.entrySet().stream()
        .map(rule ->
            rule.getKey()
                + "\n      operations: [CREATE, UPDATE]\n      resources: ["
                + rule.getValue()
                + "]\n      scope: Namespaced\n")
        .collect(joining());
  }
}
