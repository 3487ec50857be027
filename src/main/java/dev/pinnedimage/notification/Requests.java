package dev.pinnedimage.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.pinnedimage.notification.payload.Pushed;
import dev.pinnedimage.registry.Json;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request after the other: who sends it, may it be heard, what does it say. Never logs a path,
 * for it may hold a secret.
 */
final class Requests implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(Requests.class);
  private static final int MAX_BODY = 256 * 1024;

  /** Read past the limit, so that the sender reads the answer and not a reset connection. */
  private static final long MAX_SKIPPED = 1024 * 1024;

  private final Map<String, Source> sources;
  private final Consumer<Pushed> consumer;

  /** One payload's tree in memory at a time, however many arrive together. */
  private final ReentrantLock parsing = new ReentrantLock();

  private final byte[] decoy = new byte[64];

  Requests(Map<String, Source> sources, Consumer<Pushed> consumer) {
    this.sources = Map.copyOf(sources);
    this.consumer = consumer;
    new SecureRandom().nextBytes(decoy);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange);
      answer.writeTo(exchange.getResponseHeaders());
      exchange.sendResponseHeaders(answer.status(), -1);
    }
  }

  private Answer answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return Answer.NOT_POSTED;
    }
    Optional<Source> source = source(exchange.getRequestURI().getRawPath());
    return source.isEmpty() ? Answer.NOT_FOUND : answer(source.get(), exchange);
  }

  private Answer answer(Source source, HttpExchange exchange) throws IOException {
    if (!source.accepts(exchange.getRequestHeaders())) {
      return refused(source);
    }
    Optional<byte[]> body = body(exchange.getRequestBody());
    if (body.isEmpty()) {
      source.warn("sent more than " + MAX_BODY / 1024 + " KiB at once; it was not heard");
      return Answer.TOO_LARGE;
    }
    if (!source.accepts(exchange.getRequestHeaders(), body.get())) {
      return refused(source);
    }
    if (!source.mayBeHeard()) {
      source.warn("sends more than it may; some of it is not heard");
      return Answer.TOO_MANY;
    }
    return hear(source, body.get());
  }

  private static Answer refused(Source source) {
    source.warn("was named by a request without the right secret; it was refused");
    return Answer.UNAUTHORIZED;
  }

  /** Compares in any case: whether a source is there must not show in the time either. */
  private Optional<Source> source(String path) {
    String[] parts = Objects.requireNonNullElse(path, "").split("/", -1);
    Source found = parts.length < 2 ? null : sources.get(parts[1]);
    String token = parts.length == 3 ? parts[2] : "";
    if (found == null || !found.isProvedByPath()) {
      boolean _ = MessageDigest.isEqual(decoy, token.getBytes(UTF_8));
      return Optional.ofNullable(found).filter(_ -> parts.length == 2);
    }
    if (!found.hasToken(token)) {
      found.warn("was named by a request without the right token; it was refused");
      return Optional.empty();
    }
    return Optional.of(found);
  }

  private static Optional<byte[]> body(InputStream in) throws IOException {
    byte[] body = in.readNBytes(MAX_BODY);
    if (body.length < MAX_BODY || in.read() < 0) {
      return Optional.of(body);
    }
    long _ = in.skip(MAX_SKIPPED);
    return Optional.empty();
  }

  private Answer hear(Source source, byte[] body) {
    Optional<Set<Pushed>> pushes = pushes(source, body);
    if (pushes.isEmpty()) {
      source.warn("sent what is no JSON object within bounds");
      return Answer.MALFORMED;
    }
    log.debug(
        "notifications: the source \"{}\" names {} pushes", source.name(), pushes.get().size());
    pushes.get().forEach(consumer);
    return Answer.TAKEN;
  }

  private Optional<Set<Pushed>> pushes(Source source, byte[] body) {
    parsing.lock();
    try {
      Optional<JsonNode> json = Json.object(body);
      return json.map(source::pushes);
    } finally {
      parsing.unlock();
    }
  }
}
