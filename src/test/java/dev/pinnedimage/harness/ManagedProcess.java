package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A child process that logs to a file, ends with the JVM, and never dies unnoticed. */
public final class ManagedProcess {
  private static final Duration KILL_AFTER = Duration.ofSeconds(15);
  private static final int TAIL_LINES = 20;

  private final String name;
  private final Path log;
  private final Process process;
  private volatile boolean stopped;
  private volatile boolean late;

  private ManagedProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
  }

  /** Appends stdout and stderr to {@code NAME.log} in the run directory. */
  static ManagedProcess start(
      RunDirectory run, String name, Map<String, String> environment, List<String> command) {
    Path log = run.resolve(name + ".log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(run.path().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    try {
      ManagedProcess started = new ManagedProcess(name, log, builder.start());
      run.add(started);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " does not start", e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that the process has written so far, of earlier starts with the same name too. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path logFile() {
    return log;
  }

  /**
   * SIGTERM, then SIGKILL after 15 seconds.
   *
   * @return the exit code: 143 where the process has no handler for SIGTERM, 137 where it was
   *     killed
   * @throws IllegalStateException where it had ended by itself
   */
  public int stop() {
    requireAlive();
    stopped = true;
    process.destroy();
    return awaitEnd(KILL_AFTER) ? process.exitValue() : killed();
  }

  /** SIGKILL; returns once the process is gone. */
  public void kill() {
    stopped = true;
    killed();
  }

  private int killed() {
    process.destroyForcibly();
    return awaitExit(KILL_AFTER);
  }

  /**
   * Waits until the process ends by itself; its end is then no failure.
   *
   * @return the exit code
   */
  public int awaitExit(Duration deadline) {
    if (!awaitEnd(deadline)) {
      late = true;
      throw new IllegalStateException(
          "%s still runs after %d s%s".formatted(name, deadline.toSeconds(), tail()));
    }
    stopped = true;
    return process.exitValue();
  }

  private boolean awaitEnd(Duration deadline) {
    try {
      return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Interrupted.at("waiting for the end of " + name, e);
    }
  }

  /**
   * Turns an unexpected end into an exception.
   *
   * @throws IllegalStateException with the end of the log where the process ended and nobody
   *     stopped it
   */
  public void requireAlive() {
    if (failed()) {
      throw death();
    }
  }

  /** Waits for a condition that only a living process can bring about. */
  void await(String what, Duration deadline, Callable<Boolean> condition) {
    try {
      Await.until(
          what,
          deadline,
          () -> {
            requireAlive();
            return condition.call();
          });
    } catch (Died | Interrupted e) {
      throw e;
    } catch (IllegalStateException e) {
      late = true;
      throw new IllegalStateException(e.getMessage() + tail(), e);
    }
  }

  boolean failed() {
    return late || (!process.isAlive() && !stopped);
  }

  Died death() {
    String how =
        process.isAlive() || stopped ? "failed" : "died with exit code " + process.exitValue();
    return new Died(this, name + " " + how + tail());
  }

  private String tail() {
    List<String> lines = log().lines().toList();
    List<String> last = lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    return "; the end of its log, " + log + ":\n  " + String.join("\n  ", last);
  }

  /** A process ended that nobody stopped. */
  static final class Died extends IllegalStateException {
    private static final long serialVersionUID = 1L;
    private final transient ManagedProcess process;

    Died(ManagedProcess process, String message) {
      super(message);
      this.process = process;
    }

    ManagedProcess process() {
      return process;
    }

    /** Somebody else took the port between our looking for it and the process's listening. */
    boolean portTaken() {
      return process.log().contains("address already in use");
    }
  }
}
