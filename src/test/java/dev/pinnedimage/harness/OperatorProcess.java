package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The operator as users run it: its jar, in a process of its own, under the rights it is given. */
public final class OperatorProcess implements AutoCloseable {
  /** The line by which the operator says where its probes are; group 1 is the port. */
  public static final Pattern SERVING =
      Pattern.compile("\"message\" ?: ?\"serving /livez and /readyz at 127\\.0\\.0\\.1:(\\d+)");

  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final RunDirectory run;
  private final ManagedProcess process;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

  private OperatorProcess(RunDirectory run, ManagedProcess process) {
    this.run = run;
    this.process = process;
  }

  /** Returns once the operator answers {@code /readyz}. */
  public static OperatorProcess start(Path kubeconfig, Path config, String... jvmOptions) {
    return startIn(Map.of(), kubeconfig, config, jvmOptions);
  }

  /** With further variables of the environment. */
  public static OperatorProcess startIn(
      Map<String, String> environment, Path kubeconfig, Path config, String... jvmOptions) {
    OperatorProcess launched = launch(command(config, jvmOptions), kubeconfig, environment);
    try {
      launched.awaitReady();
      return launched;
    } catch (RuntimeException e) {
      launched.http.close();
      launched.run.abandon();
      throw e;
    }
  }

  /** Returns at once: for a second replica that waits for the lead, or a start that must fail. */
  public static OperatorProcess launch(Path kubeconfig, Path config, String... jvmOptions) {
    return launch(command(config, jvmOptions), kubeconfig);
  }

  private static List<String> command(Path config, String... jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-jar", jar().toString(), "run", "--config", config.toString()));
    return command;
  }

  static OperatorProcess launch(List<String> command, Path kubeconfig) {
    return launch(command, kubeconfig, Map.of());
  }

  private static OperatorProcess launch(
      List<String> command, Path kubeconfig, Map<String, String> further) {
    RunDirectory run = new RunDirectory();
    Map<String, String> environment = new HashMap<>(further);
    environment.put("KUBECONFIG", kubeconfig.toString());
    try {
      return new OperatorProcess(run, ManagedProcess.start(run, "operator", environment, command));
    } catch (RuntimeException e) {
      run.abandon();
      throw e;
    }
  }

  private static Path jar() {
    Path jar = Binaries.checkout().resolve("target/pinnedimage-operator.jar");
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing; run: mvn package");
    }
    return jar;
  }

  /**
   * Waits until {@code /readyz} says 200.
   *
   * @throws IllegalStateException with the end of the log where the operator ends before that
   */
  public void awaitReady() {
    process.await("the operator's /readyz", READY_WITHIN, this::isReady);
  }

  public boolean isReady() {
    return probe("/readyz").filter(status -> status == 200).isPresent();
  }

  /**
   * Asks {@code /livez}, {@code /readyz} or another path of that port.
   *
   * @return the status code; empty where nothing answers (yet)
   */
  public Optional<Integer> probe(String path) {
    Optional<URI> there = port().map(port -> URI.create("http://127.0.0.1:" + port + path));
    if (there.isEmpty()) {
      return Optional.empty();
    }
    HttpRequest request =
        HttpRequest.newBuilder(there.get()).timeout(Duration.ofSeconds(5)).build();
    try {
      return Optional.of(http.send(request, BodyHandlers.discarding()).statusCode());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw Interrupted.at("probing " + path, e);
    }
  }

  /** Where the probes are; empty before the operator has said so. */
  public Optional<Integer> port() {
    return SERVING
        .matcher(log())
        .results()
        .map((MatchResult found) -> Integer.valueOf(found.group(1)))
        .findFirst();
  }

  /** What it wrote to stdout and stderr. */
  public String log() {
    return process.log();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Resident memory now; 0 where the process has ended. */
  public long rssBytes() {
    Path status = Path.of("/proc/%d/status".formatted(pid()));
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .map(line -> line.replaceAll("\\D", ""))
          .mapToLong(kibibytes -> Long.parseLong(kibibytes) * 1024)
          .findFirst()
          .orElse(0);
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: no lease released, no queue drained. */
  public void kill() {
    process.kill();
  }

  /**
   * SIGTERM.
   *
   * @return the exit code; 137 where it did not end within 15 seconds and was killed
   */
  public int stop() {
    return process.stop();
  }

  /**
   * Waits for an end that the operator comes to by itself, which then is no failure.
   *
   * @return the exit code
   */
  public int awaitExit(Duration deadline) {
    return process.awaitExit(deadline);
  }

  /**
   * Stops the operator where it still runs.
   *
   * @throws IllegalStateException with the end of its log where it had died by itself; where a
   *     planted secret stands in its log or metrics
   */
  @Override
  public void close() {
    String metrics = metrics();
    http.close();
    if (process.isAlive()) {
      process.stop();
    }
    String log = log();
    run.close();
    PlantedSecrets.requireNoneIn("the operator's log", log);
    PlantedSecrets.requireNoneIn("the operator's metrics", metrics);
  }

  /** In Prometheus' text format; empty where nothing answers. */
  public String metrics() {
    return text("/metrics");
  }

  /** What stands at that path; empty where nothing answers. */
  private String text(String path) {
    Optional<Integer> there = process.isAlive() ? port() : Optional.empty();
    if (there.isEmpty()) {
      return "";
    }
    URI uri = URI.create("http://127.0.0.1:" + there.get() + path);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
    try {
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw Interrupted.at("reading " + path, e);
    }
  }
}
