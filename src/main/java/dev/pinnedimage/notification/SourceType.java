package dev.pinnedimage.notification;

import dev.pinnedimage.notification.payload.Payload;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kinds of source, each with the best proof that it can give of who it is.
 *
 * <p>Pub/Sub can sign an OIDC token, but the keys to verify it with would have to be fetched, by an
 * endpoint that is asked by strangers; for a hint, an unguessable path is proof enough.
 */
enum SourceType {
  DISTRIBUTION("Distribution", Proof.AUTHORIZATION, Payload.DISTRIBUTION),
  DOCKER_HUB("DockerHub", Proof.PATH, Payload.DOCKER_HUB),
  GITHUB("GitHub", Proof.SIGNATURE, Payload.GITHUB),
  QUAY("Quay", Proof.PATH, Payload.QUAY),
  HARBOR("Harbor", Proof.AUTHORIZATION, Payload.HARBOR),
  PUB_SUB("PubSub", Proof.PATH, Payload.PUB_SUB),
  EVENT_BRIDGE("EventBridge", Proof.AUTHORIZATION, Payload.EVENT_BRIDGE);

  /** Where the secret is, in a request. */
  enum Proof {
    /** {@code POST /NAME/SECRET}: whoever cannot send a header or a signature. */
    PATH,
    /** {@code Authorization: Bearer SECRET}, or the bare secret. */
    AUTHORIZATION,
    /** {@code X-Hub-Signature-256}: an HMAC of the body, keyed with the secret. */
    SIGNATURE
  }

  private final String key;
  private final Proof proof;
  private final Payload payload;

  SourceType(String key, Proof proof, Payload payload) {
    this.key = key;
    this.proof = proof;
    this.payload = payload;
  }

  Proof proof() {
    return proof;
  }

  Payload payload() {
    return payload;
  }

  /** By its name in the configuration. */
  static Optional<SourceType> named(String key) {
    return Stream.of(values()).filter(type -> type.key.equals(key)).findFirst();
  }

  static String names() {
    return Arrays.stream(values()).map(type -> type.key).collect(Collectors.joining(", "));
  }
}
