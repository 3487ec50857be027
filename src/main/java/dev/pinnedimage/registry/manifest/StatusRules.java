package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.ACCESS_DENIED;
import static dev.pinnedimage.image.Failure.AUTHENTICATION_REQUIRED;
import static dev.pinnedimage.image.Failure.CREDENTIALS_REJECTED;
import static dev.pinnedimage.image.Failure.PINNED_DIGEST_GONE;
import static dev.pinnedimage.image.Failure.RATE_LIMITED;
import static dev.pinnedimage.image.Failure.REGISTRY_UNAVAILABLE;
import static dev.pinnedimage.image.Failure.REPOSITORY_NOT_FOUND;
import static dev.pinnedimage.image.Failure.TAG_NOT_FOUND;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Json;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.wire.Reply;
import dev.pinnedimage.registry.wire.RetryAfter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What an HTTP status that is not 200 says about a reference (OCI distribution specification). */
final class StatusRules {
  private StatusRules() {}

  static Refusal explain(Query query, Reply reply, Instant now) {
    return switch (reply.status()) {
      case 401 -> unauthorized(query, reply);
      case 403 -> denied(query, reply);
      case 404 -> notFound(query, reply);
      case 412 -> forbidden(reply);
      case 429 -> rateLimited(reply, now);
      default -> errorCode(reply).equals("DENIED") ? forbidden(reply) : unavailable(reply, now);
    };
  }

  private static Refusal unauthorized(Query query, Reply reply) {
    String host = query.reference().registry();
    boolean hasCredential = !(query.credential() instanceof Credential.Anonymous);
    return switch (reply.sent().kind()) {
      case BASIC ->
          new Refusal(
              CREDENTIALS_REJECTED,
              "%s rejects the credentials of %s; renew them".formatted(host, whose(query)));
      case TOKEN ->
          new Refusal(
              ACCESS_DENIED,
              "%s accepts the credentials of %s, but not for this repository, which may also not exist; check its spelling, or grant the account the right to pull"
                  .formatted(host, whose(query)));
      case ANONYMOUS_TOKEN ->
          required(
              "%s asks for credentials for this repository, which may also not exist; check its spelling, or name a pull secret in spec.imagePullSecrets"
                  .formatted(host));
      case NONE ->
          required(
              (hasCredential
                      ? "%s asks for credentials in a way that is not supported (neither Basic nor tokens)"
                      : "%s asks for credentials; name a pull secret in spec.imagePullSecrets")
                  .formatted(host));
    };
  }

  private static Refusal required(String sentence) {
    return new Refusal(AUTHENTICATION_REQUIRED, sentence);
  }

  private static String whose(Query query) {
    return query.credential() instanceof Credential.Ambient
        ? "the operator's own identity"
        : "the pull secret";
  }

  private static Refusal denied(Query query, Reply reply) {
    return new Refusal(
        ACCESS_DENIED,
        "the registry denies access to this repository "
            + (reply.sent().hasCredentials()
                ? "with the credentials of %s; grant them the right to pull".formatted(whose(query))
                : "without credentials; name a pull secret in spec.imagePullSecrets"));
  }

  /** Harbor's policies on vulnerable or unsigned images; Quay's disabled namespaces. */
  private static Refusal forbidden(Reply reply) {
    return new Refusal(
        ACCESS_DENIED,
        "a policy of the registry forbids to pull this image (status %d); ask whoever runs it"
            .formatted(reply.status()));
  }

  private static Refusal notFound(Query query, Reply reply) {
    if (query.reference().digest() != null) {
      return new Refusal(
          PINNED_DIGEST_GONE,
          "the registry does not have this digest; a node without it cannot start a pod");
    }
    return errorCode(reply).equals("NAME_UNKNOWN")
        ? new Refusal(
            REPOSITORY_NOT_FOUND,
            "the registry has no such repository; check its spelling, or push to it")
        : new Refusal(
            TAG_NOT_FOUND, "the registry does not have this tag; check its spelling, or push it");
  }

  private static Refusal rateLimited(Reply reply, Instant now) {
    Instant until = RetryAfter.parse(reply.header("Retry-After").orElse(""), now);
    return new Refusal(
        RATE_LIMITED, "the registry limits our requests (429) until " + minute(until), until);
  }

  /** Rounded up, so that the sentence stays the same for a while. */
  private static Instant minute(Instant until) {
    return until.plusSeconds(59).truncatedTo(ChronoUnit.MINUTES);
  }

  private static Refusal unavailable(Reply reply, Instant now) {
    String code = errorCode(reply);
    Instant until =
        reply.status() == 503
            ? reply.header("Retry-After").map(text -> RetryAfter.parse(text, now)).orElse(null)
            : null;
    return new Refusal(
        REGISTRY_UNAVAILABLE,
        "the registry answers with status %d%s%s; see its log"
            .formatted(
                reply.status(),
                code.isEmpty() ? "" : " (" + code + ")",
                until == null ? "" : " and wants no requests until " + minute(until)),
        until);
  }

  /** One of the specification's codes, which say more than a status; never the server's prose. */
  private static String errorCode(Reply reply) {
    String code =
        Json.object(reply.body())
            .map((JsonNode root) -> Json.text(root.path("errors").path(0), "code"))
            .orElse("");
    return code.matches("[A-Z_]{1,40}") ? code : "";
  }
}
