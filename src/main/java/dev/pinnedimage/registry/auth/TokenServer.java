package dev.pinnedimage.registry.auth;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.wire.Ask;
import dev.pinnedimage.registry.wire.Authorization;
import dev.pinnedimage.registry.wire.Authorization.Kind;
import dev.pinnedimage.registry.wire.Reply;
import dev.pinnedimage.registry.wire.RetryAfter;
import dev.pinnedimage.registry.wire.Transport;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** Asks a token server once: a GET with Basic credentials or none, a POST for identity tokens. */
final class TokenServer {
  private static final int MAX_TOKEN_BYTES = 64 * 1024;

  private final Transport transport;
  private final InstantSource clock;

  TokenServer(Transport transport, InstantSource clock) {
    this.transport = transport;
    this.clock = clock;
  }

  /**
   * The caller holds the deadline, and has had the realm checked.
   *
   * @throws Refusal CREDENTIALS_REJECTED and the like, naming the token server
   */
  Token fetch(TokenRequest request) throws Refusal, InterruptedException {
    Reply reply;
    try {
      reply = send(request);
    } catch (IOException e) {
      throw about(request, Transport.explain(e));
    } catch (Refusal e) {
      throw e.reason() == Failure.MANIFEST_TOO_LARGE
          ? new Refusal(Failure.REGISTRY_UNAVAILABLE, host(request) + " sends more than 64 KiB")
          : about(request, e);
    }
    if (reply.status() != 200) {
      throw explain(request, reply);
    }
    return Token.read(reply.body(), clock.instant())
        .orElseThrow(() ->
            new Refusal(Failure.REGISTRY_UNAVAILABLE, host(request) + " answers without a token"));
  }

  private Reply send(TokenRequest request) throws Refusal, IOException, InterruptedException {
    if (request.credential() instanceof Credential.IdentityToken identity) {
      Ask post = new Ask("POST", "", "application/json", MAX_TOKEN_BYTES, request.form(identity));
      return transport.send(request.realm(), post, Authorization.NONE);
    }
    Authorization authorization =
        request.credential() instanceof Credential.Basic basic
            ? new Authorization(Kind.BASIC, basic.authorization())
            : Authorization.NONE;
    Ask get = new Ask("GET", "", "application/json", MAX_TOKEN_BYTES);
    return transport.send(withQuery(request), get, authorization);
  }

  private static URI withQuery(TokenRequest request) {
    String realm = request.realm().toString();
    String query = request.query();
    String separator = realm.contains("?") ? "&" : "?";
    return query.isEmpty() ? request.realm() : URI.create(realm + separator + query);
  }

  private Refusal explain(TokenRequest request, Reply reply) {
    boolean isAnonymous = request.credential() instanceof Credential.Anonymous;
    return switch (reply.status()) {
      case 400, 401, 403 -> isAnonymous ? required(request) : rejected(request);
      case 429 -> limited(request, reply);
      default ->
          new Refusal(
              Failure.REGISTRY_UNAVAILABLE,
              "%s answers with status %d".formatted(host(request), reply.status()));
    };
  }

  private static Refusal required(TokenRequest request) {
    return new Refusal(
        Failure.AUTHENTICATION_REQUIRED,
        host(request)
            + " gives no token without credentials; name a pull secret in spec.imagePullSecrets");
  }

  private static Refusal rejected(TokenRequest request) {
    return new Refusal(
        Failure.CREDENTIALS_REJECTED, host(request) + " rejects the credentials; renew them");
  }

  private Refusal limited(TokenRequest request, Reply reply) {
    Instant until = RetryAfter.parse(reply.header("Retry-After").orElse(""), clock.instant());
    return new Refusal(
        Failure.RATE_LIMITED,
        host(request)
            + " limits our requests (429) until "
            + until.plusSeconds(59).truncatedTo(ChronoUnit.MINUTES),
        until);
  }

  private static Refusal about(TokenRequest request, Refusal refusal) {
    return new Refusal(refusal.reason(), host(request) + ": " + refusal.getMessage());
  }

  private static String host(TokenRequest request) {
    return "the token server " + Refusal.printable(request.realm().getRawAuthority());
  }
}
