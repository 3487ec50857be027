package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * Where processes keep their data and logs, and what ends them with the JVM. A clean close deletes
 * it; it is kept for reading where a process failed.
 */
final class RunDirectory implements AutoCloseable {
  private final Path path;
  private final List<ManagedProcess> processes = new CopyOnWriteArrayList<>();
  private final Thread hook = new Thread(this::endWithJvm, "end-children");

  RunDirectory() {
    try {
      path = Files.createTempDirectory("pinnedimage-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory can be made", e);
    }
    Runtime.getRuntime().addShutdownHook(hook);
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  /** At once: whoever reads one of that name meanwhile has the whole of this one or of the last. */
  Path write(String name, String content) {
    try {
      Path whole = Files.writeString(Files.createTempFile(path, name, ".new"), content);
      return Files.move(whole, path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void add(ManagedProcess process) {
    processes.add(process);
  }

  /** The process is replaced by another attempt: its death says nothing about the run. */
  void forget(ManagedProcess process) {
    process.kill();
    processes.remove(process);
  }

  /**
   * Kills what still runs.
   *
   * @throws ManagedProcess.Died where a process had died that nobody stopped; its log stays
   */
  @Override
  public void close() {
    var failed = processes.stream().filter(ManagedProcess::failed).findFirst();
    killAll();
    removeHook();
    if (failed.isPresent()) {
      throw failed.get().death();
    }
    delete();
  }

  /** Kills what runs and keeps the files: the start failed, and the logs say why. */
  void abandon() {
    killAll();
    removeHook();
  }

  /** The run was cancelled: nothing is left but the logs of what had failed before. */
  private void endWithJvm() {
    boolean failed = processes.stream().anyMatch(ManagedProcess::failed);
    killAll();
    if (!failed) {
      delete();
    }
  }

  private void killAll() {
    processes.forEach(ManagedProcess::kill);
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is already shutting down, and the hook with it.
    }
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + path, e);
    }
  }
}
