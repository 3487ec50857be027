package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the real kubectl, with nothing of the developer's own configuration. */
final class Kubectl {
  private static final int TIMEOUT_SECONDS = 120;
  private final RunDirectory run;

  Kubectl(RunDirectory run) {
    this.run = run;
  }

  CommandResult run(Path kubeconfig, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Binaries.located().path("kubectl").toString());
    command.addAll(List.of(arguments));
    try {
      Path stdout = Files.createTempFile(run.path(), "kubectl-", ".out");
      Path stderr = Files.createTempFile(run.path(), "kubectl-", ".err");
      try {
        return run(kubeconfig, command, stdout, stderr);
      } finally {
        Files.delete(stdout);
        Files.delete(stderr);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("kubectl does not start", e);
    } catch (InterruptedException e) {
      throw Interrupted.at("running kubectl", e);
    }
  }

  private CommandResult run(Path kubeconfig, List<String> command, Path stdout, Path stderr)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Binaries.checkout().toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("HOME", run.path().toString());
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
}
