package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that answers what a test tells it to, and remembers what it was asked. */
public final class ScriptedRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, HttpHandler> answers = new ConcurrentHashMap<>();
  private volatile HttpHandler otherwise = missing -> answer(missing, 404, "");
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final List<String> proxyAuthorizations = new CopyOnWriteArrayList<>();

  public ScriptedRegistry() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  public ScriptedRegistry(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.start();
  }

  public String authority() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** {@code METHOD path} in the order of arrival. */
  public List<String> requests() {
    return requests;
  }

  public List<String> authorizations() {
    return authorizations;
  }

  /** What was meant for a proxy, and never for us. */
  public List<String> proxyAuthorizations() {
    return proxyAuthorizations;
  }

  public void clear() {
    requests.clear();
    authorizations.clear();
  }

  public ScriptedRegistry on(String request, HttpHandler answer) {
    answers.put(request, answer);
    return this;
  }

  /** What is not scripted; 404 if nothing else is said. */
  public ScriptedRegistry otherwise(HttpHandler answer) {
    otherwise = answer;
    return this;
  }

  public ScriptedRegistry on(String request, int status, String... headers) {
    return on(request, exchange -> answer(exchange, status, "", headers));
  }

  /** Serves HEAD and GET of a tag, and GET of its digest and of itself as a blob. */
  public ScriptedRegistry serve(String repository, String tag, String type, String body) {
    String digest = Fixtures.digestOf(body).value();
    String manifests = "/v2/" + repository + "/manifests/";
    String[] headers = {"Content-Type", type, "Docker-Content-Digest", digest};
    HttpHandler full = exchange -> answer(exchange, 200, body, headers);
    on("HEAD " + manifests + tag, full);
    on("GET " + manifests + tag, full);
    on("GET " + manifests + digest, full);
    return on("GET /v2/" + repository + "/blobs/" + digest, full);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(request);
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "none" : authorization);
    String forProxy = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
    proxyAuthorizations.add(forProxy == null ? "none" : forProxy);
    answers.getOrDefault(request, otherwise).handle(exchange);
  }

  public static void answer(HttpExchange exchange, int status, String body, String... headers)
      throws IOException {
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head && bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
