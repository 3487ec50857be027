package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A real command-line program, run with nothing of the developer's own configuration. */
final class Tool {
  private static final int TIMEOUT_SECONDS = 120;
  private static final Set<String> ENVIRONMENT = Set.of("PATH", "TMPDIR");
  private final RunDirectory run;
  private final String name;

  Tool(RunDirectory run, String name) {
    this.run = run;
    this.name = name;
  }

  /**
   * Runs it in the root of the checkout.
   *
   * @return its stdout
   * @throws IllegalStateException with its stderr where it fails
   */
  String run(Path kubeconfig, String... arguments) {
    CommandResult result = tryRun(kubeconfig, arguments);
    if (!result.succeeded()) {
      throw new IllegalStateException(
          "%s %s: exit code %d: %s"
              .formatted(name, String.join(" ", arguments), result.exitCode(), result.stderr()));
    }
    return result.stdout();
  }

  CommandResult tryRun(Path kubeconfig, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Binaries.located().path(name).toString());
    command.addAll(List.of(arguments));
    try {
      Path stdout = Files.createTempFile(run.path(), name + "-", ".out");
      Path stderr = Files.createTempFile(run.path(), name + "-", ".err");
      try {
        return run(kubeconfig, command, stdout, stderr);
      } finally {
        Files.delete(stdout);
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start", e);
    } catch (InterruptedException e) {
      throw Interrupted.at("running " + name, e);
    }
  }

  private CommandResult run(Path kubeconfig, List<String> command, Path stdout, Path stderr)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Binaries.checkout().toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    isolate(builder.environment(), kubeconfig);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "%s still runs after %d s".formatted(command, TIMEOUT_SECONDS));
    }
    return new CommandResult(
        process.exitValue(), Files.readString(stdout), Files.readString(stderr));
  }

  private void isolate(Map<String, String> environment, Path kubeconfig) {
    environment.keySet().retainAll(ENVIRONMENT);
    environment.put("HOME", run.path().toString());
    environment.put("KUBECONFIG", kubeconfig.toString());
  }
}
