package dev.pinnedimage.generated;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code deploy/install.yaml}: the parts and the CRD, in the order in which they can be applied.
 */
final class InstallFile {
  private InstallFile() {}

  static String yaml() {
    return yaml(part("rbac"), part("config"), part("deployment"));
  }

  /** The same for an operator that only reports, and that has no right to do more. */
  static String reportYaml() {
    String rbac = replaced(part("rbac"), "[get, list, watch, patch]", "[get, list, watch]");
    String config =
        replaced(part("config"), "    namespaces:", "    mode: Report\n    namespaces:");
    // So that applying it onto install.yaml restarts the operator, which reads its mode at the
    // start.
    String deployment =
        replaced(
            part("deployment"),
            """
              template:
                metadata:
            """,
            """
              template:
                metadata:
                  annotations:
                    pinnedimage.dev/mode: Report
            """);
    return yaml(rbac, config, deployment);
  }

  private static String yaml(String rbac, String config, String deployment) {
    Stream<String> documents =
        Stream.of(
            part("namespace"),
            CrdFile.yaml(),
            part("serviceaccount"),
            rbac,
            part("tenants"),
            config,
            deployment);
    return "# Generated from deploy/parts and crds by make generate.\n"
        + documents.collect(Collectors.joining("---\n"));
  }

  private static String replaced(String part, String text, String other) {
    if (!part.contains(text)) {
      throw new IllegalStateException("a part has no " + text);
    }
    return part.replace(text, other);
  }

  private static String part(String name) {
    return GeneratedFiles.read(Path.of("deploy/parts/" + name + ".yaml"));
  }
}
