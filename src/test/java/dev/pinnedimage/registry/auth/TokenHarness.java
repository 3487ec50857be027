package dev.pinnedimage.registry.auth;

import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.reference;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A registry that lets in whoever has a token of its token server, and a clock to move. */
class TokenHarness {
  static final String INDEX = ResolverHarness.INDEX;
  static final Credential PULLER = new Credential.Basic("puller", "hunter2");

  final List<String> tokenRequests = new CopyOnWriteArrayList<>();
  final List<String> tokenAuthorizations = new CopyOnWriteArrayList<>();
  final Set<String> valid = ConcurrentHashMap.newKeySet();
  final AtomicInteger issued = new AtomicInteger();

  ScriptedRegistry registry;
  ScriptedRegistry tokens;
  RegistryResolver resolver;
  volatile Instant now = ResolverHarness.NOW;
  volatile String challenge = "";

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    tokens = new ScriptedRegistry();
    var settings = Fixtures.plainHttp(registry.authority(), tokens.authority());
    resolver = new RegistryResolver(settings, (InstantSource) () -> now);
    challenge = bearer("");
    guarded("team/app");
    tokens.otherwise(this::issue);
  }

  @AfterEach
  void stop() {
    registry.close();
    tokens.close();
  }

  String bearer(String rest) {
    String realm = "http://" + tokens.authority() + "/token";
    return "Bearer realm=\"%s\",service=\"s\"%s".formatted(realm, rest);
  }

  void guarded(String repository) {
    String manifests = " /v2/" + repository + "/manifests/";
    registry.on("HEAD" + manifests + "1", this::onlyWithToken);
    registry.on("GET" + manifests + "1", this::onlyWithToken);
    registry.on("GET" + manifests + digestOf(INDEX).value(), this::onlyWithToken);
  }

  private void onlyWithToken(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization != null && valid.contains(authorization)) {
      ScriptedRegistry.answer(
          exchange,
          200,
          INDEX,
          "Content-Type",
          MediaTypes.OCI_INDEX,
          "Docker-Content-Digest",
          digestOf(INDEX).value());
    } else {
      ScriptedRegistry.answer(exchange, 401, "", "WWW-Authenticate", challenge);
    }
  }

  void issue(HttpExchange exchange) throws IOException {
    remember(exchange);
    String token = "t" + issued.incrementAndGet();
    valid.add("Bearer " + token);
    ScriptedRegistry.answer(
        exchange, 200, "{\"token\":\"%s\",\"expires_in\":300}".formatted(token));
  }

  void remember(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    tokenRequests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + (body.isEmpty() ? "" : " " + body));
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    tokenAuthorizations.add(authorization == null ? "none" : authorization);
  }

  Resolution ask() {
    return ask(Credential.ANONYMOUS);
  }

  Resolution ask(Credential credential) {
    return ask("team/app", credential);
  }

  Resolution ask(String repository, Credential credential) {
    String image = registry.authority() + "/" + repository + ":1";
    return resolver.resolve(new Query(reference(image), credential));
  }

  void later(Duration wait) {
    now = now.plus(wait);
  }
}
