package dev.pinnedimage.harness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.pinnedimage.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** A web server of tarballs, each under a path that its digest gives. */
final class Artifacts implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> tarballs = new ConcurrentHashMap<>();

  /** A tarball, and where it is. */
  record Artifact(String path, String url, Digest digest) {}

  private Artifacts(HttpServer server) {
    this.server = server;
  }

  static Artifacts start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      Artifacts artifacts = new Artifacts(server);
      server.createContext("/", artifacts::answer);
      server.start();
      return artifacts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Artifact add(Map<String, String> files) {
    byte[] tarball = Tar.of(new TreeMap<>(files)).gzip();
    Digest digest = Digest.of(tarball);
    String path = digest.value().replace(':', '-') + ".tar.gz";
    tarballs.put("/" + path, tarball);
    String url = "http://127.0.0.1:%d/%s".formatted(server.getAddress().getPort(), path);
    return new Artifact(path, url, digest);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] tarball = tarballs.get(exchange.getRequestURI().getPath());
    try (exchange) {
      if (tarball == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.sendResponseHeaders(200, tarball.length);
        exchange.getResponseBody().write(tarball);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
