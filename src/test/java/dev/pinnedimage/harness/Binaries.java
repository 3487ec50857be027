package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Locates the binaries of the control plane and the GitOps tools: first in {@code
 * KUBEBUILDER_ASSETS}, then where {@code make controlplane gitops-tools} built them. A missing one
 * is a failure, never a skipped test.
 */
public final class Binaries {
  private final List<Path> directories;

  Binaries(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  /** Of this checkout and environment. */
  public static Binaries located() {
    return Located.BINARIES;
  }

  /**
   * The binary's path.
   *
   * @throws IllegalStateException naming the binary and what to run, where no directory has it
   */
  public Path path(String name) {
    return directories.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(missing(name)));
  }

  private String missing(String name) {
    return "%s is in none of %s; run: make controlplane gitops-tools".formatted(name, directories);
  }

  /** The root of the checkout; Maven's test plugins say it, an IDE starts in it. */
  static Path checkout() {
    return Path.of(Objects.requireNonNullElse(System.getProperty("basedir"), "")).toAbsolutePath();
  }

  private static final class Located {
    static final Binaries BINARIES =
        new Binaries(
            Stream.concat(
                    Stream.ofNullable(System.getenv("KUBEBUILDER_ASSETS"))
                        .filter(assets -> !assets.isBlank())
                        .map(Path::of),
                    Stream.of(built(), built("gitops")))
                .toList());

    private static Path built(String... set) {
      Path script = checkout().resolve("hack/controlplane/build.sh");
      List<String> command = new ArrayList<>(List.of("bash", script.toString()));
      command.addAll(List.of(set));
      command.add("--where");
      try {
        Process where = new ProcessBuilder(command).start();
        String answer = new String(where.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!where.waitFor(10, TimeUnit.SECONDS) || where.exitValue() != 0) {
          throw new IllegalStateException(script + " --where failed; run: make controlplane");
        }
        return Path.of(answer.strip());
      } catch (IOException e) {
        throw new UncheckedIOException(script + " does not start", e);
      } catch (InterruptedException e) {
        throw Interrupted.at("asking where the binaries are", e);
      }
    }
  }
}
