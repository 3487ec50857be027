package dev.pinnedimage.image;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an image string means, whatever its spelling: {@code nginx:1.27}, {@code
 * docker.io/library/nginx:1.27} and {@code index.docker.io/library/nginx:1.27} are equal.
 *
 * <p>The grammar is jib's. Measured against it: it keeps Docker Hub's names apart and maps {@code
 * docker.io/nginx} to the repository {@code nginx}, and it lets {@code Acme/web} pass; all are put
 * right here. A digest is cut off before jib sees it, so that one with another algorithm is still
 * recognised as somebody's digest.
 *
 * @param registry lower-case {@code host[:port]}; {@code docker.io} for every spelling of Docker
 *     Hub
 * @param tag null only where a digest stands without a tag
 * @param digest as written, of any algorithm
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable String digest) {
  public static final String DOCKER_HUB = "docker.io";

  private static final List<String> HUB_HOSTS =
      List.of(DOCKER_HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com");

  /**
   * More than a host (253), a repository (255), a tag (128) and a digest take. Measured: over some
   * ten thousand characters the grammar's expressions overflow the stack, and any tenant can write
   * an image.
   */
  private static final int MAX_LENGTH = 1024;

  /** The repository of distribution's reference grammar. */
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|__?|-+)[a-z0-9]+)*)*");

  /** Empty where no container runtime would understand the text either. */
  public static Optional<ImageReference> parse(String image) {
    int at = image.indexOf('@');
    String name = at < 0 ? image : image.substring(0, at);
    String digest = at < 0 ? null : image.substring(at + 1);
    if (image.length() > MAX_LENGTH || (digest != null && digest.isEmpty())) {
      return Optional.empty();
    }
    try {
      return Optional.of(canonical(name, digest));
    } catch (InvalidImageReferenceException e) {
      return Optional.empty();
    }
  }

  private static ImageReference canonical(String name, @Nullable String digest)
      throws InvalidImageReferenceException {
    var parsed = com.google.cloud.tools.jib.api.ImageReference.parse(name);
    String registry = parsed.getRegistry().toLowerCase(Locale.ROOT);
    String repository = parsed.getRepository();
    if (!REPOSITORY.matcher(repository).matches()) {
      throw new InvalidImageReferenceException(name);
    }
    if (isDockerHub(registry)) {
      registry = DOCKER_HUB;
      repository = repository.contains("/") ? repository : "library/" + repository;
    }
    String tag = digest != null && !hasTag(name) ? null : parsed.getTag().orElse("latest");
    return new ImageReference(registry, repository, tag, digest);
  }

  private static boolean isDockerHub(String registry) {
    return HUB_HOSTS.contains(registry);
  }

  /** The ways to spell registry and repository, the canonical one first; at most ten. */
  public List<String> spelledNames() {
    if (!registry.equals(DOCKER_HUB)) {
      return List.of(registry + "/" + repository);
    }
    List<String> names = new ArrayList<>();
    List<String> repositories =
        repository.matches("library/[^/]+")
            ? List.of(repository, repository.substring("library/".length()))
            : List.of(repository);
    HUB_HOSTS.forEach(host -> repositories.forEach(name -> names.add(host + "/" + name)));
    names.addAll(repositories);
    return names;
  }

  private static boolean hasTag(String name) {
    return name.indexOf(':', name.lastIndexOf('/') + 1) >= 0;
  }

  /** The image string without tag and digest, as its author spelled it. */
  public static String spelledName(String image) {
    int at = image.indexOf('@');
    String name = at < 0 ? image : image.substring(0, at);
    return hasTag(name) ? name.substring(0, name.indexOf(':', name.lastIndexOf('/') + 1)) : name;
  }

  public boolean sameRepository(ImageReference other) {
    return registry.equals(other.registry) && repository.equals(other.repository);
  }

  public boolean sameTag(ImageReference other) {
    return sameRepository(other) && tag != null && tag.equals(other.tag);
  }

  public ImageReference withDigest(Digest pinned) {
    return new ImageReference(registry, repository, tag, pinned.value());
  }

  /** The same repository, by digest alone: what the manifest client asks for. */
  public ImageReference atDigest(Digest wanted) {
    return new ImageReference(registry, repository, null, wanted.value());
  }

  /**
   * The same content where another host serves it.
   *
   * @param location {@code host[:port]} or {@code host[:port]/path}, the path before the repository
   */
  public ImageReference at(String location) {
    int slash = location.indexOf('/');
    String host = slash < 0 ? location : location.substring(0, slash);
    String path = slash < 0 ? "" : location.substring(slash + 1) + "/";
    return new ImageReference(host.toLowerCase(Locale.ROOT), path + repository, tag, digest);
  }

  /** The same repository, tag and digest under another host name. */
  public ImageReference of(String host) {
    return new ImageReference(host, repository, tag, digest);
  }

  public Optional<Digest> sha256() {
    return Optional.ofNullable(digest).flatMap(Digest::parse);
  }

  /** The canonical spelling. */
  @Override
  public String toString() {
    return registry
        + "/"
        + repository
        + (tag == null ? "" : ":" + tag)
        + (digest == null ? "" : "@" + digest);
  }
}
