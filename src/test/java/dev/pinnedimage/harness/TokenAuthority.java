package dev.pinnedimage.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * A token server (distribution's token specification) that signs real JWTs, which the real registry
 * verifies: everybody may pull what is below {@code public/}, one login and one identity token the
 * rest.
 */
public final class TokenAuthority implements AutoCloseable {
  public static final String SERVICE = "registry.test";
  public static final String IDENTITY_TOKEN = "identity-token-of-the-puller";
  static final String ISSUER = "pinnedimage-test";
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final HttpServer server;
  private final Login login;
  private final KeyPair keys;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private volatile int lifetime = 300;

  private TokenAuthority(HttpServer server, Login login, KeyPair keys) {
    this.server = server;
    this.login = login;
    this.keys = keys;
  }

  public static TokenAuthority start(Login login) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
      HttpServer server = HttpServer.create(loopback, 0);
      TokenAuthority authority = new TokenAuthority(server, login, generator.generateKeyPair());
      server.createContext("/token", authority::answer);
      server.start();
      return authority;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code 127.0.0.1:PORT}. */
  public String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  public Login login() {
    return login;
  }

  /** {@code METHOD scope}, in the order of arrival. */
  public List<String> requests() {
    return requests;
  }

  /** Seconds that tokens live from now on. */
  public void lifetime(int seconds) {
    lifetime = seconds;
  }

  String realm() {
    return "http://" + host() + "/token";
  }

  /** The public key, as the registry reads it (RFC 7517). */
  String jwks() {
    RSAPublicKey key = (RSAPublicKey) keys.getPublic();
    return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"test\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"%s\",\"e\":\"%s\"}]}"
        .formatted(unsigned(key.getModulus()), unsigned(key.getPublicExponent()));
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return BASE64.encodeToString(
        bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String query = exchange.getRequestURI().getRawQuery();
      Map<String, String> asked = form(body.isEmpty() ? query : body);
      String scope = asked.getOrDefault("scope", "");
      requests.add(exchange.getRequestMethod() + " " + scope);
      String basic = exchange.getRequestHeaders().getFirst("Authorization");
      boolean isKnown =
          login.basic().equals(basic) || IDENTITY_TOKEN.equals(asked.get("refresh_token"));
      if (!isKnown && (basic != null || asked.containsKey("refresh_token"))) {
        respond(exchange, 401, "{\"details\":\"incorrect username or password\"}");
        return;
      }
      respond(exchange, 200, token(scope, isKnown));
    }
  }

  private String token(String scope, boolean isKnown) {
    String[] parts = scope.split(":", 3);
    boolean granted = parts.length == 3 && (isKnown || parts[1].startsWith("public/"));
    String token = granted ? sign(parts[1], parts[2]) : sign("nothing", "");
    return "{\"token\":\"%s\",\"expires_in\":%d}".formatted(token, lifetime);
  }

  /** What the test itself pushes with. */
  String pushToken(String repository) {
    return sign(repository, "pull,push,delete");
  }

  private String sign(String repository, String actions) {
    long now = Instant.now().getEpochSecond();
    String allowed =
        Arrays.stream(actions.split(",", -1))
            .map(action -> "\"" + action + "\"")
            .collect(Collectors.joining(","));
    String claims =
        "{\"iss\":\"%s\",\"sub\":\"test\",\"aud\":\"%s\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,\"jti\":\"%s\",\"access\":[{\"type\":\"repository\",\"name\":\"%s\",\"actions\":[%s]}]}"
            .formatted(
                ISSUER, SERVICE, now + 3600, now - 60, now, UUID.randomUUID(), repository, allowed);
    String signed =
        encoded("{\"typ\":\"JWT\",\"alg\":\"RS256\",\"kid\":\"test\"}") + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(signed.getBytes(UTF_8));
      return PlantedSecrets.plant(signed + "." + BASE64.encodeToString(signature.sign()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(UTF_8));
  }

  private static Map<String, String> form(String text) {
    Map<String, String> fields = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      String[] parts = pair.split("=", 2);
      fields.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], UTF_8) : "");
    }
    return fields;
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
