package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.image.Failure.DIGEST_MISMATCH;
import static dev.pinnedimage.image.Failure.MANIFEST_INVALID;

import dev.pinnedimage.image.Digest;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Ask;
import dev.pinnedimage.registry.wire.Reply;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The three questions that are put to a registry (OCI distribution specification, "Pulling
 * manifests" and "Pulling blobs"); nothing leaves here whose bytes do not have their digest.
 */
final class ManifestClient {
  private static final int MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
  private static final int MAX_CONFIG_BYTES = 1024 * 1024;
  private static final String DIGEST_HEADER = "Docker-Content-Digest";

  private final GuardedExchange exchange;
  private final InstantSource clock;

  /**
   * @param deadline for one question with its redirects
   * @throws InvalidSettings where a caFile cannot be used
   */
  ManifestClient(
      RegistrySettings settings, AmbientIdentity ambient, HostLimits limits, Duration deadline) {
    var guard = new AddressGuard(settings, InetAddress::getAllByName);
    var exchange = new Exchange(settings, guard, ambient, limits, deadline);
    this.exchange = new GuardedExchange(settings, exchange, limits);
    this.clock = limits.clock();
  }

  /**
   * What the registry says the reference's digest is; a token of change, verified by no one.
   *
   * @return empty where the registry has no HEAD, or does not say a sha256 digest
   */
  Optional<Digest> head(Query query) throws Refusal {
    Reply reply = exchange.send(query, manifest("HEAD", query.reference()));
    return switch (reply.status()) {
      case 200 -> reply.header(DIGEST_HEADER).flatMap(Digest::parse);
      case 405, 501 -> Optional.empty();
      default -> throw StatusRules.explain(query, reply, clock.instant());
    };
  }

  /** The reference's manifest, whose bytes have the digest that was asked for or promised. */
  Fetched get(Query query) throws Refusal {
    Reply reply = exchange.send(query, manifest("GET", query.reference()));
    if (reply.status() != 200) {
      throw StatusRules.explain(query, reply, clock.instant());
    }
    requireIdentity(reply);
    Digest actual = Digest.of(reply.body());
    Optional<Digest> asked = query.reference().sha256();
    require(asked.or(() -> reply.header(DIGEST_HEADER).flatMap(Digest::parse)), actual);
    return new Fetched(actual, reply.header("Content-Type").orElse(""), reply.body());
  }

  /** What the query's repository has, asked for with its credential. */
  Contents contents(Query query) {
    return new Contents() {
      @Override
      public Fetched manifest(Digest digest) throws Refusal {
        return get(query.at(digest));
      }

      @Override
      public byte[] config(Digest digest) throws Refusal {
        return ManifestClient.this.config(query, digest);
      }
    };
  }

  /** An image's config, which names its platform where no index does. */
  private byte[] config(Query query, Digest digest) throws Refusal {
    String path = "/v2/" + query.reference().repository() + "/blobs/" + digest;
    Reply reply = exchange.send(query, new Ask("GET", path, "*/*", MAX_CONFIG_BYTES));
    if (reply.status() == 404) {
      throw new Refusal(MANIFEST_INVALID, "the registry does not have the image's config");
    }
    if (reply.status() != 200) {
      throw StatusRules.explain(query, reply, clock.instant());
    }
    require(Optional.of(digest), Digest.of(reply.body()));
    return reply.body();
  }

  private static Ask manifest(String method, ImageReference reference) {
    String name = reference.digest() == null ? reference.tag() : reference.digest();
    String path = "/v2/" + reference.repository() + "/manifests/" + name;
    return new Ask(method, path, MediaTypes.ACCEPT, MAX_MANIFEST_BYTES);
  }

  /** Else the bytes would be called another digest's, which is the wrong trace to follow. */
  private static void requireIdentity(Reply reply) throws Refusal {
    String encoding = reply.header("Content-Encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          MANIFEST_INVALID,
          "the registry, or a proxy before it, sends the manifest encoded (%s), which was not asked for"
              .formatted(Refusal.printable(encoding)));
    }
  }

  private static void require(Optional<Digest> expected, Digest actual) throws Refusal {
    if (expected.isPresent() && !expected.get().equals(actual)) {
      throw new Refusal(
          DIGEST_MISMATCH,
          "the registry sends bytes of the digest %s in place of %s; suspect its cache, or a proxy before it"
              .formatted(actual.shortForm(), expected.get().shortForm()));
    }
  }

  void close() {
    exchange.close();
  }
}
