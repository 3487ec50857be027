package dev.pinnedimage.notification.payload;

import dev.pinnedimage.image.ImageReference;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody says that a tag was pushed: a reason to look, and nothing more.
 *
 * @param registry as {@link ImageReference#registry}
 * @param repository as {@link ImageReference#repository}
 * @param tag null where it may have been any
 */
public record Pushed(String registry, String repository, @Nullable String tag) {
  /**
   * Empty where no image reference could name it.
   *
   * @param tag empty where it may have been any
   */
  static Optional<Pushed> of(String host, String repository, String tag) {
    if (!isRegistry(host)) {
      return Optional.empty();
    }
    return ImageReference.parse(host + "/" + repository + (tag.isEmpty() ? "" : ":" + tag))
        .filter(reference -> reference.digest() == null)
        .map(found ->
            new Pushed(found.registry(), found.repository(), tag.isEmpty() ? null : found.tag()));
  }

  /**
   * Whether a look at that tag could show it.
   *
   * @param sameContent whether two registries serve the same
   */
  public boolean concerns(ImageReference asked, BiPredicate<String, String> sameContent) {
    return repository.equals(asked.repository())
        && (tag == null || tag.equals(asked.tag()))
        && sameContent.test(registry, asked.registry());
  }

  /** Else the grammar would take the first part of the path for a user of Docker Hub. */
  private static boolean isRegistry(String host) {
    return host.contains(".") || host.contains(":") || host.equals("localhost");
  }

  /** The canonical spelling of a {@code host[:port]}; empty where it is none. */
  public static Optional<String> registry(String host) {
    return host.contains("/")
        ? Optional.empty()
        : of(host, "library/any", "").map(Pushed::registry);
  }
}
