package dev.pinnedimage.harness;

import static dev.pinnedimage.harness.ImageFormat.DOCKER;
import static dev.pinnedimage.harness.ImageFormat.OCI;

import dev.pinnedimage.image.Digest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Images of every shape that the operator has to tell apart. The seed decides the content: the same
 * seed and platform give the same digest, another seed another one. Platforms are spelt {@code
 * os/arch[/variant][:osVersion]} and written as spelt.
 */
public final class TestImages {
  private final ImagePusher pusher;

  public TestImages(RegistryServer registry) {
    this.pusher = new ImagePusher(registry);
  }

  /** For what no method here builds: raw bytes, deletions, further tags. */
  public ImagePusher pusher() {
    return pusher;
  }

  /** An OCI index of one image for each platform. */
  public PushedImage pushIndex(String repository, String tag, String seed, String... platforms) {
    return pushIndexOf(repository, tag, images(OCI, repository, seed, platforms));
  }

  /** A Docker manifest list, as {@code docker manifest push} makes it. */
  public PushedImage pushDockerList(
      String repository, String tag, String seed, String... platforms) {
    return push(DOCKER, repository, tag, images(DOCKER, repository, seed, platforms));
  }

  /** A plain manifest: a tag that is not multi-arch. */
  public PushedImage pushManifest(String repository, String tag, String seed, String platform) {
    return pushPlain(OCI, repository, tag, seed, platform);
  }

  public PushedImage pushDockerManifest(
      String repository, String tag, String seed, String platform) {
    return pushPlain(DOCKER, repository, tag, seed, platform);
  }

  /**
   * What buildx pushes, also for one platform: each image and, behind them, an attestation of each.
   */
  public PushedImage pushIndexWithAttestation(
      String repository, String tag, String seed, String... platforms) {
    List<Descriptor> images = images(OCI, repository, seed, platforms);
    return pushIndexOf(repository, tag, withAttestations(repository, images, seed));
  }

  /** The same images under the same tag with fresh attestations: nothing that runs has changed. */
  public PushedImage rebuildAttestations(PushedImage image, String seed) {
    return pushIndexOf(
        image.repository(),
        image.tag(),
        withAttestations(image.repository(), image.runnable(), seed));
  }

  /** An index of indexes, one for each platform; the outer entries name no platform. */
  public PushedImage pushNestedIndex(
      String repository, String tag, String seed, String... platforms) {
    List<Descriptor> inner = new ArrayList<>();
    for (Descriptor image : images(OCI, repository, seed, platforms)) {
      byte[] index = OCI.index(List.of(image));
      pusher.pushUntagged(repository, OCI.index, index);
      inner.add(Descriptor.of(OCI.index, index, ""));
    }
    return pushIndexOf(repository, tag, inner);
  }

  /** An index whose entries leave their platform to the configs. */
  public PushedImage pushIndexWithoutPlatforms(
      String repository, String tag, String seed, String... platforms) {
    List<Descriptor> images = images(OCI, repository, seed, platforms);
    return pushIndexOf(repository, tag, images.stream().map(Descriptor::withoutPlatform).toList());
  }

  /** An OCI index of entries of one's own making; the registry does not ask whether they exist. */
  public PushedImage pushIndexOf(String repository, String tag, List<Descriptor> children) {
    return push(OCI, repository, tag, children);
  }

  /** One image that no tag names, as the entry of an index to come. */
  public Descriptor pushImage(String repository, String seed, String platform) {
    return image(OCI, repository, seed, platform);
  }

  private PushedImage push(
      ImageFormat format, String repository, String tag, List<Descriptor> children) {
    Digest digest = pusher.pushRaw(repository, tag, format.index, format.index(children));
    return new PushedImage(repository, tag, format.index, digest, children);
  }

  private PushedImage pushPlain(
      ImageFormat format, String repository, String tag, String seed, String platform) {
    byte[] manifest = manifest(format, repository, seed, platform);
    Digest digest = pusher.pushRaw(repository, tag, format.manifest, manifest);
    Descriptor self = Descriptor.of(format.manifest, manifest, platform);
    return new PushedImage(repository, tag, format.manifest, digest, List.of(self));
  }

  private List<Descriptor> images(
      ImageFormat format, String repository, String seed, String... platforms) {
    return Arrays.stream(platforms)
        .map(platform -> image(format, repository, seed, platform))
        .toList();
  }

  private Descriptor image(ImageFormat format, String repository, String seed, String platform) {
    byte[] manifest = manifest(format, repository, seed, platform);
    pusher.pushUntagged(repository, format.manifest, manifest);
    return Descriptor.of(format.manifest, manifest, platform);
  }

  private byte[] manifest(ImageFormat format, String repository, String seed, String platform) {
    Layer layer = Layer.of(seed + " for " + platform);
    byte[] config = format.config(platform, layer.diffId());
    pusher.pushBlob(repository, layer.gzip());
    pusher.pushBlob(repository, config);
    return format.manifest(
        Descriptor.of(format.config, config, ""), Descriptor.of(format.layer, layer.gzip(), ""));
  }

  private List<Descriptor> withAttestations(
      String repository, List<Descriptor> images, String seed) {
    return Stream.concat(
            images.stream(), images.stream().map(image -> attestation(repository, image, seed)))
        .toList();
  }

  private Descriptor attestation(String repository, Descriptor image, String seed) {
    Layer statement = Layer.of("provenance " + seed + " of " + image.digest());
    byte[] config = OCI.config("unknown/unknown", statement.diffId());
    pusher.pushBlob(repository, statement.gzip());
    pusher.pushBlob(repository, config);
    byte[] manifest =
        OCI.manifest(
            Descriptor.of(OCI.config, config, ""),
            Descriptor.of(MediaTypes.IN_TOTO, statement.gzip(), ""));
    pusher.pushUntagged(repository, OCI.manifest, manifest);
    return Descriptor.of(OCI.manifest, manifest, "").asAttestationOf(image);
  }
}
