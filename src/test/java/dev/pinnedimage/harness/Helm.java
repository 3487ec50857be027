package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The real Helm against a control plane, as admin; its own files lie in the run's directory. */
public final class Helm {
  private final Tool tool;
  private final Path kubeconfig;

  public Helm(ControlPlane cluster) {
    this.tool = cluster.tool("helm");
    this.kubeconfig = cluster.adminKubeconfig();
  }

  /**
   * Runs helm.
   *
   * @return its stdout
   * @throws IllegalStateException with its stderr where it fails
   */
  public String run(String... arguments) {
    return tool.run(kubeconfig, arguments);
  }

  public CommandResult tryRun(String... arguments) {
    return tool.tryRun(kubeconfig, arguments);
  }

  /**
   * Writes a chart of one template.
   *
   * @param directory an empty one, whose name becomes the chart's
   */
  public static Path chart(Path directory, String template) {
    try {
      Files.createDirectories(directory.resolve("templates"));
      Files.writeString(
          directory.resolve("Chart.yaml"),
          "apiVersion: v2\nname: %s\nversion: 0.1.0\n".formatted(directory.getFileName()));
      Files.writeString(directory.resolve("templates/all.yaml"), template);
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
