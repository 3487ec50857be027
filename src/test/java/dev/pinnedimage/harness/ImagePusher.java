package dev.pinnedimage.harness;

import dev.pinnedimage.image.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The registry's push API, byte for byte: nothing is normalised on the way. */
public final class ImagePusher {
  /** Tells its requests in the access log from the operator's. */
  public static final String USER_AGENT = "pinnedimage-test-pusher";

  private static final String ACCEPT =
      String.join(
          ", ",
          MediaTypes.OCI_INDEX,
          MediaTypes.DOCKER_LIST,
          MediaTypes.OCI_MANIFEST,
          MediaTypes.DOCKER_MANIFEST);

  private final RegistryServer registry;

  public ImagePusher(RegistryServer registry) {
    this.registry = registry;
  }

  /** Puts exactly these bytes behind a tag. */
  public Digest pushRaw(String repository, String tag, String mediaType, byte[] manifest) {
    put(manifestUri(repository, tag), mediaType, manifest);
    return Digest.of(manifest);
  }

  /** Puts a manifest that no tag names. */
  public Digest pushUntagged(String repository, String mediaType, byte[] manifest) {
    Digest digest = Digest.of(manifest);
    put(manifestUri(repository, digest.value()), mediaType, manifest);
    return digest;
  }

  /** Uploads a blob, unless the repository has it. */
  public Digest pushBlob(String repository, byte[] blob) {
    Digest digest = Digest.of(blob);
    URI there = registry.uri("/v2/%s/blobs/%s".formatted(repository, digest));
    if (send("HEAD", there, BodyPublishers.noBody(), "").statusCode() == 200) {
      return digest;
    }
    URI uploads = registry.uri("/v2/%s/blobs/uploads/".formatted(repository));
    HttpResponse<String> begun = expect(202, send("POST", uploads, BodyPublishers.noBody(), ""));
    String location = begun.headers().firstValue("Location").orElseThrow();
    String separator = location.contains("?") ? "&" : "?";
    put(
        uploads.resolve(location + separator + "digest=" + digest),
        "application/octet-stream",
        blob);
    return digest;
  }

  /** Another tag for what a tag or digest names, as a release process does it. */
  public Digest retag(String repository, String reference, String newTag) {
    URI from = manifestUri(repository, reference);
    HttpResponse<String> manifest = expect(200, send("GET", from, BodyPublishers.noBody(), ""));
    String mediaType = manifest.headers().firstValue("Content-Type").orElseThrow();
    byte[] bytes = manifest.body().getBytes(StandardCharsets.UTF_8);
    return pushRaw(repository, newTag, mediaType, bytes);
  }

  /** The manifest stays, and can be pulled by digest. */
  public void deleteTag(String repository, String tag) {
    expect(202, send("DELETE", manifestUri(repository, tag), BodyPublishers.noBody(), ""));
  }

  /** Every tag that named it goes too. */
  public void deleteManifest(String repository, Digest digest) {
    URI there = manifestUri(repository, digest.value());
    expect(202, send("DELETE", there, BodyPublishers.noBody(), ""));
  }

  /** What the registry says a tag points at. */
  public Digest head(String repository, String reference) {
    URI there = manifestUri(repository, reference);
    HttpResponse<String> answer = expect(200, send("HEAD", there, BodyPublishers.noBody(), ""));
    return new Digest(answer.headers().firstValue("Docker-Content-Digest").orElseThrow());
  }

  private URI manifestUri(String repository, String reference) {
    return registry.uri("/v2/%s/manifests/%s".formatted(repository, reference));
  }

  private void put(URI uri, String mediaType, byte[] bytes) {
    expect(201, send("PUT", uri, BodyPublishers.ofByteArray(bytes), mediaType));
  }

  private HttpResponse<String> send(String method, URI uri, BodyPublisher body, String mediaType) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .method(method, body)
            .timeout(Duration.ofSeconds(30))
            .header("User-Agent", USER_AGENT)
            .header("Accept", ACCEPT);
    if (!mediaType.isEmpty()) {
      request.header("Content-Type", mediaType);
    }
    registry
        .authorization(uri.getPath().replaceFirst("^/v2/(.*)/(manifests|blobs)/.*", "$1"))
        .ifPresent(value -> request.header("Authorization", value));
    try {
      return registry.http().send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + uri, e);
    } catch (InterruptedException e) {
      throw Interrupted.at("pushing to " + uri, e);
    }
  }

  private static HttpResponse<String> expect(int status, HttpResponse<String> response) {
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          "%s: %d instead of %d: %s"
              .formatted(response.request(), response.statusCode(), status, response.body()));
    }
    return response;
  }
}
