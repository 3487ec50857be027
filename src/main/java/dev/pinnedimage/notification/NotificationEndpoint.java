package dev.pinnedimage.notification;

import com.sun.net.httpserver.HttpServer;
import dev.pinnedimage.notification.payload.Pushed;
import dev.pinnedimage.registry.InvalidSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server that sources post to. TLS is for whatever stands before it (an Ingress, a
 * Gateway); how long a request may take and how many connections there may be is bounded for the
 * whole process, since the JDK's server takes both from system properties.
 */
public final class NotificationEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NotificationEndpoint.class);

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

  private NotificationEndpoint(HttpServer server) {
    this.server = server;
  }

  /**
   * Serves at once.
   *
   * @param settings checked, with an address; port 0 picks one, which is logged
   * @param consumer told of each push a moment later, and once more
   * @throws InvalidSettings where a secret cannot be read or the address cannot be taken
   */
  public static NotificationEndpoint start(
      NotificationSettings settings, InstantSource clock, Consumer<Pushed> consumer) {
    return serve(settings, clock, timer -> new Hints(timer, consumer));
  }

  static NotificationEndpoint serve(
      NotificationSettings settings,
      InstantSource clock,
      Function<ScheduledExecutorService, Consumer<Pushed>> consumer) {
    Map<String, Source> sources =
        settings.sources().stream()
            .map(entry -> new Source(entry, clock))
            .collect(Collectors.toMap(Source::name, Function.identity()));
    NotificationEndpoint endpoint = new NotificationEndpoint(listen(settings));
    endpoint.server.setExecutor(endpoint.threads);
    endpoint.server.createContext("/", new Requests(sources, consumer.apply(endpoint.timer)));
    endpoint.server.start();
    log.info(
        "taking notifications at {}:{} of {}",
        endpoint.address().getAddress().getHostAddress(),
        endpoint.address().getPort(),
        sources.keySet().stream().sorted().collect(Collectors.joining(", ")));
    return endpoint;
  }

  private static HttpServer listen(NotificationSettings settings) {
    String address = String.valueOf(settings.address());
    int colon = address.lastIndexOf(':');
    try {
      return HttpServer.create(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
          0);
    } catch (IOException e) {
      throw new InvalidSettings(
          "cannot listen at notifications.address "
              + address
              + ": "
              + e.getMessage()
              + "; choose another");
    }
  }

  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    timer.shutdownNow();
  }
}
