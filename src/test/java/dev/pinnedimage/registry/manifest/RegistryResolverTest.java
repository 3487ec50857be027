package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.bareEntry;
import static dev.pinnedimage.registry.Fixtures.config;
import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.manifest;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import org.junit.jupiter.api.Test;

class RegistryResolverTest extends ResolverHarness {
  @Test
  void resolvesATagToTheDigestOfItsIndex() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);

    Resolved resolved = resolved(ask());

    assertThat(resolved.digest()).isEqualTo(digestOf(INDEX));
    assertThat(resolved.shape()).isEqualTo(Shape.INDEX);
    assertThat(resolved.platforms())
        .extracting(Object::toString)
        .containsExactly("linux/amd64", "linux/arm64");
    assertThat(registry.requests())
        .containsExactly("HEAD " + TAG, "GET /v2/team/app/manifests/" + digestOf(INDEX));
  }

  @Test
  void asksWithOneHeadAndNoGetWhileNothingMoves() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    Resolution first = ask();
    registry.clear();

    assertThat(ask()).isEqualTo(first);
    assertThat(registry.requests()).containsExactly("HEAD " + TAG);
  }

  @Test
  void getsATagWhoseRegistryHasNoHeadOrNoDigest() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    registry.on("HEAD " + TAG, 405);
    assertThat(resolved(ask()).digest()).isEqualTo(digestOf(INDEX));

    registry.on("HEAD " + TAG, 200, "Docker-Content-Digest", "sha512:abc");
    assertThat(resolved(ask()).digest()).isEqualTo(digestOf(INDEX));
  }

  @Test
  void pinsNoDigestThatTheRegistryDoesNotServe() {
    registry.on("HEAD " + TAG, 405);
    registry.on("GET " + TAG, exchange -> ScriptedRegistry.answer(exchange, 200, INDEX));

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REGISTRY_UNAVAILABLE);
  }

  @Test
  void asksAgainForADigestThatWasSeenWithSomebodyElsesCredential() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    Query byDigest = new Query(reference(image("@" + digestOf(INDEX))), Credential.ANONYMOUS);
    assertThat(resolver.resolve(byDigest)).isInstanceOf(Resolved.class);
    registry.on("HEAD /v2/team/app/manifests/" + digestOf(INDEX), 403);

    assertThat(unresolved(resolver.resolve(byDigest)).reason()).isEqualTo(Failure.ACCESS_DENIED);
  }

  @Test
  void asksByOneHeadWhetherADigestIsStillThereThatIsGoneAndThatIsBack() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    String path = "/v2/team/app/manifests/" + digestOf(INDEX);
    Query byDigest = new Query(reference(image("@" + digestOf(INDEX))), Credential.ANONYMOUS);
    Resolution first = resolver.resolve(byDigest);
    registry.clear();

    registry.on("HEAD " + path, 200, "Docker-Content-Digest", digestOf(INDEX).value());
    assertThat(resolver.resolve(byDigest)).isEqualTo(first);
    registry.on("HEAD " + path, 404);
    assertThat(unresolved(resolver.resolve(byDigest)).reason())
        .isEqualTo(Failure.PINNED_DIGEST_GONE);
    registry.on("HEAD " + path, 200, "Docker-Content-Digest", digestOf(INDEX).value());
    assertThat(resolver.resolve(byDigest)).isEqualTo(first);

    assertThat(registry.requests()).hasSize(3).containsOnly("HEAD " + path);
  }

  @Test
  void readsADigestAnewWhereHeadDoesNotSayThatItIsThere() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    String path = "/v2/team/app/manifests/" + digestOf(INDEX);
    Query byDigest = new Query(reference(image("@" + digestOf(INDEX))), Credential.ANONYMOUS);
    Resolution first = resolver.resolve(byDigest);
    registry.on("HEAD " + path, 200, "Docker-Content-Digest", Fixtures.DIGEST);
    registry.clear();

    assertThat(resolver.resolve(byDigest)).isEqualTo(first);
    assertThat(registry.requests()).containsExactly("HEAD " + path, "GET " + path);
  }

  @Test
  void readsThePlatformOfAPlainManifestFromItsConfig() {
    String config = config("linux", "arm64");
    String manifest = manifest(digestOf(config).value());
    registry.serve("team/app", "c", "application/octet-stream", config);
    registry.serve("team/app", "1", MediaTypes.OCI_MANIFEST, manifest);

    Resolved resolved = resolved(ask());

    assertThat(resolved.shape()).isEqualTo(Shape.MANIFEST);
    assertThat(resolved.platforms()).extracting(Object::toString).containsExactly("linux/arm64");
    assertThat(resolved.children())
        .extracting(Resolution.Child::digest)
        .containsExactly(digestOf(manifest));
  }

  @Test
  void readsNestedIndexesAndEntriesWithoutPlatform() {
    String config = config("linux", "riscv64");
    String manifest = manifest(digestOf(config).value());
    String inner = index(bareEntry(MediaTypes.OCI_MANIFEST, manifest));
    String root = index(entry("linux", "amd64"), bareEntry(MediaTypes.OCI_INDEX, inner));
    registry.serve("team/app", "c", "application/octet-stream", config);
    registry.serve("team/app", "m", MediaTypes.OCI_MANIFEST, manifest);
    registry.serve("team/app", "i", MediaTypes.OCI_INDEX, inner);
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, root);

    assertThat(resolved(ask()).platforms())
        .extracting(Object::toString)
        .containsExactly("linux/amd64", "linux/riscv64");
  }

  @Test
  void refusesIndexesInMoreThanThreeLevels() {
    String body = index(entry("linux", "amd64"));
    for (int level = 2; level <= 4; level++) {
      registry.serve("team/app", "x" + level, MediaTypes.OCI_INDEX, body);
      body = index(bareEntry(MediaTypes.OCI_INDEX, body));
    }
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, body);
    String three = "x4";

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.MANIFEST_INVALID);
    assertThat(resolver.resolve(new Query(reference(image(":" + three)), Credential.ANONYMOUS)))
        .isInstanceOf(Resolved.class);
  }

  @Test
  void saysThatAnIndexHasNothingToRun() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, index());

    assertThat(unresolved(ask()))
        .isEqualTo(
            new Unresolved(
                Failure.UNSUPPORTED_MEDIA_TYPE, image(":1") + ": the index has no runnable image"));
  }

  @Test
  void detectsBytesThatAreNotWhatTheDigestNames() {
    registry.serve("team/app", "1", MediaTypes.OCI_INDEX, INDEX);
    registry.on(
        "GET /v2/team/app/manifests/" + digestOf(INDEX),
        exchange -> ScriptedRegistry.answer(exchange, 200, INDEX + " "));
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.DIGEST_MISMATCH);

    registry.on("HEAD " + TAG, 405);
    registry.on(
        "GET " + TAG,
        exchange ->
            ScriptedRegistry.answer(
                exchange, 200, INDEX, "Docker-Content-Digest", Fixtures.DIGEST));
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.DIGEST_MISMATCH);
  }

  @Test
  void tellsAMissingTagFromAMissingRepositoryWithOneGetOnly() {
    String body = "{\"errors\":[{\"code\":\"NAME_UNKNOWN\",\"message\":\"secret stuff\"}]}";
    registry.on("GET " + TAG, exchange -> ScriptedRegistry.answer(exchange, 404, body));

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REPOSITORY_NOT_FOUND);
    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REPOSITORY_NOT_FOUND);
    assertThat(registry.requests()).containsExactly("HEAD " + TAG, "GET " + TAG, "HEAD " + TAG);
  }

  @Test
  void saysThatAPinnedDigestIsGone() {
    Query gone = new Query(reference(image(":1@" + Fixtures.DIGEST)), Credential.ANONYMOUS);

    assertThat(unresolved(resolver.resolve(gone)).reason()).isEqualTo(Failure.PINNED_DIGEST_GONE);
  }

  @Test
  void doesNotCallAPinGoneWhereTheTagItselfNamesADigestThatIsNotThere() {
    registry.on("HEAD " + TAG, 200, "Docker-Content-Digest", Fixtures.DIGEST);

    assertThat(unresolved(ask()).reason()).isEqualTo(Failure.REGISTRY_UNAVAILABLE);
  }

  @Test
  void refusesADigestOfAnotherAlgorithmWithoutAsking() {
    Query sha512 = new Query(reference(image("@sha512:" + "a".repeat(128))), Credential.ANONYMOUS);

    assertThat(unresolved(resolver.resolve(sha512)).reason()).isEqualTo(Failure.INVALID_REFERENCE);
    assertThat(registry.requests()).isEmpty();
  }
}
