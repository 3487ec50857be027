package dev.pinnedimage.it;

import dev.pinnedimage.harness.ControlPlane;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The service account of {@code deploy/install-report.yaml} with its rights, under a name of its
 * own: {@code install.yaml} is in the cluster already.
 */
final class Reporter {
  static final String NAME = "pinnedimage-reporter";

  private Reporter() {}

  static void install(ControlPlane cluster) {
    try {
      String rights =
          Stream.of(Files.readString(Path.of("deploy/install-report.yaml")).split("(?m)^---\n"))
              .filter(Reporter::isARight)
              .map(document ->
                  document.replace("name: pinnedimage-operator\n", "name: " + NAME + "\n"))
              .collect(Collectors.joining("---\n"));
      Path file = Files.createTempFile("reporter", ".yaml");
      try {
        cluster.apply(Files.writeString(file, rights));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isARight(String document) {
    return document.contains("\n  name: pinnedimage-operator\n")
        && (document.contains("kind: ServiceAccount\nmetadata")
            || document.contains("kind: ClusterRole\n")
            || document.contains("kind: ClusterRoleBinding\n"));
  }
}
