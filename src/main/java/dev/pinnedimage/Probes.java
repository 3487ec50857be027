package dev.pinnedimage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /livez} and {@code /readyz}: 200, or 503 with what is wrong; and {@code /metrics}. */
final class Probes implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Probes.class);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private Probes(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves at once.
   *
   * @param address {@code host:port}; port 0 picks one, which is logged
   * @param notReady what is wrong, or empty
   * @param notAlive what only a restart would mend, or empty
   * @param metrics in Prometheus' text format
   */
  static Probes serve(
      String address,
      Supplier<Optional<String>> notReady,
      Supplier<Optional<String>> notAlive,
      Supplier<String> metrics) {
    try {
      Probes probes = new Probes(HttpServer.create(parse(address), 0));
      probes.server.setExecutor(probes.threads);
      probes.server.createContext("/readyz", exchange -> answer(exchange, notReady));
      probes.server.createContext("/livez", exchange -> answer(exchange, notAlive));
      probes.server.createContext("/metrics", exchange -> scrape(exchange, metrics));
      probes.server.start();
      InetSocketAddress bound = probes.server.getAddress();
      log.info(
          "serving /livez and /readyz at {}:{}",
          bound.getAddress().getHostAddress(),
          bound.getPort());
      return probes;
    } catch (IOException e) {
      throw new CannotStart(
          "cannot listen at httpAddress " + address + ": " + e.getMessage() + "; choose another");
    }
  }

  private static InetSocketAddress parse(String address) {
    int colon = address.lastIndexOf(':');
    return new InetSocketAddress(
        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
  }

  private static void answer(HttpExchange exchange, Supplier<Optional<String>> trouble)
      throws IOException {
    try (exchange) {
      Optional<String> wrong = trouble.get();
      byte[] body = wrong.orElse("ok").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(wrong.isPresent() ? 503 : 200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void scrape(HttpExchange exchange, Supplier<String> metrics) throws IOException {
    try (exchange) {
      byte[] body = metrics.get().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
