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
    Stream<String> documents =
        Stream.of(
            part("namespace"),
            CrdFile.yaml(),
            part("serviceaccount"),
            part("rbac"),
            part("config"),
            part("deployment"));
    return "# Generated from deploy/parts and crds by make generate.\n"
        + documents.collect(Collectors.joining("---\n"));
  }

  private static String part(String name) {
    return GeneratedFiles.read(Path.of("deploy/parts/" + name + ".yaml"));
  }
}
