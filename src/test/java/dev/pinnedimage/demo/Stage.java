package dev.pinnedimage.demo;

import dev.pinnedimage.harness.Binaries;
import dev.pinnedimage.harness.ControlPlane;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Where the story is told: each command as a user would type it, and what it really printed. */
final class Stage {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final PrintStream out;
  private final Path kubeconfig;
  private final long started = System.nanoTime();

  Stage(PrintStream out, ControlPlane controlPlane) {
    this.out = out;
    this.kubeconfig = controlPlane.adminKubeconfig();
  }

  /** A claim of the story that did not come true. */
  static final class NotShown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotShown(String what) {
      super(what);
    }
  }

  void chapter(String title) {
    double seconds = (System.nanoTime() - started) / 1e9;
    out.printf("%n== %s (%.0f s)%n", title, seconds);
  }

  void say(String text) {
    out.println(text);
  }

  /** Types it, runs it, shows what it printed. */
  String type(String command) {
    out.println("$ " + command);
    String output = run(command);
    out.print(output.isEmpty() || output.endsWith("\n") ? output : output + "\n");
    return output;
  }

  /** The same, unseen: for the story's own checks. */
  String run(String command) {
    try {
      ProcessBuilder builder = new ProcessBuilder("bash", "-c", command).redirectErrorStream(true);
      builder.environment().put("KUBECONFIG", kubeconfig.toString());
      builder
          .environment()
          .merge(
              "PATH",
              Binaries.located().path("kubectl").getParent().toString(),
              (path, kubectl) -> kubectl + ":" + path);
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new NotShown(command + " failed: " + output);
      }
      return output;
    } catch (IOException e) {
      throw new NotShown(command + " could not be run: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotShown("interrupted");
    }
  }

  void require(boolean holds, String claim) {
    if (!holds) {
      throw new NotShown(claim);
    }
  }
}
