package dev.pinnedimage.bench;

import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.harness.RegistryServer;
import dev.pinnedimage.harness.TestImages;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A look-up of a tag that did not move beside {@code curl -I} of the same tag: the same registry,
 * TLS, one kept-alive connection each, in turns, so that a busy machine slows both. Exit code 1
 * where the median look-up takes more than {@value #BOUND} times curl's.
 */
public final class RegistryBench {
  private static final double BOUND = 1.5;
  private static final int ROUNDS = 10;
  private static final int REQUESTS = 200;
  private static final int WARM_UP = 3000;

  private static final String ACCEPT =
      String.join(", ", MediaTypes.OCI_INDEX, MediaTypes.DOCKER_LIST);

  private final String url;
  private final Path caFile;
  private final Query query;
  private final RegistryResolver resolver;
  private final HttpClient plain;

  private RegistryBench(RegistryServer registry, PushedImage image) {
    caFile = registry.caFile().orElseThrow();
    url = "https://" + registry.host() + "/v2/bench/manifests/1";
    query = Fixtures.query(image.reference(registry));
    var settings =
        Fixtures.settings(
            Map.of(
                "host",
                registry.host(),
                "caFile",
                caFile.toString(),
                "allowPrivateAddresses",
                true,
                "requestsPerSecond",
                10_000));
    resolver = new RegistryResolver(settings, InstantSource.system());
    plain = registry.http();
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    double ratio;
    try (RegistryServer registry = RegistryServer.startWithTls()) {
      PushedImage image =
          new TestImages(registry).pushIndex("bench", "1", "a", "linux/amd64", "linux/arm64");
      ratio = new RegistryBench(registry, image).run();
    }
    System.exit(ratio <= BOUND ? 0 : 1);
  }

  private double run() throws IOException, InterruptedException {
    timed(WARM_UP, this::lookUp);
    timed(WARM_UP, this::head);
    List<Double> ours = new ArrayList<>();
    List<Double> clients = new ArrayList<>();
    List<Double> curls = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.addAll(timed(REQUESTS, this::lookUp));
      clients.addAll(timed(REQUESTS, this::head));
      curls.addAll(curl(REQUESTS));
    }
    double ratio = median(ours) / median(curls);
    System.out.printf("%d requests each, in turns of %d, milliseconds%n", ours.size(), REQUESTS);
    System.out.printf("%-28s %8s %8s %8s%n", "", "p10", "median", "p90");
    print("look-up", ours);
    print("java.net.http alone", clients);
    print("curl -I", curls);
    System.out.printf("ratio of the medians: %.2f (at most %.1f)%n", ratio, BOUND);
    return ratio;
  }

  private static void print(String what, List<Double> millis) {
    System.out.printf(
        "%-28s %8.3f %8.3f %8.3f%n", what, at(millis, 0.1), median(millis), at(millis, 0.9));
  }

  /** On a virtual thread, as in the operator. */
  private static List<Double> timed(int requests, Callable<Boolean> request)
      throws InterruptedException {
    List<Double> millis = new ArrayList<>();
    var task =
        new FutureTask<>(() -> {
          for (int i = 0; i < requests; i++) {
            long start = System.nanoTime();
            if (!request.call()) {
              throw new IllegalStateException("not the answer that was expected");
            }
            millis.add((System.nanoTime() - start) / 1e6);
          }
          return null;
        });
    Thread.ofVirtual().start(task);
    try {
      task.get();
      return millis;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private boolean lookUp() {
    return resolver.resolve(query) instanceof Resolved;
  }

  private boolean head() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).HEAD().header("Accept", ACCEPT).build();
    return plain.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }

  /** The first request of a run pays for the connection, as ours did once: it is left out. */
  private List<Double> curl(int requests) throws IOException, InterruptedException {
    List<String> command =
        List.of(
            "curl",
            "--silent",
            "--head",
            "--cacert",
            caFile.toString(),
            "--header",
            "Accept: " + ACCEPT,
            "--output",
            "/dev/null",
            "--write-out",
            "%{http_code} %{num_connects} %{time_total}\\n",
            url + "?n=[0-" + requests + "]");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("curl failed: " + out);
    }
    return out.lines().skip(1).map(RegistryBench::millis).toList();
  }

  private static double millis(String line) {
    String[] parts = line.split(" ", 3);
    if (!parts[0].equals("200") || !parts[1].equals("0")) {
      throw new IllegalStateException("not a 200 on the kept connection: " + line);
    }
    return Double.parseDouble(parts[2]) * 1000;
  }

  private static double median(List<Double> values) {
    return at(values, 0.5);
  }

  private static double at(List<Double> values, double quantile) {
    List<Double> sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
    return sorted.get((int) (quantile * (sorted.size() - 1)));
  }
}
