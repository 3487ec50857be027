package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.registry.RegistrySettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Shows the core one PinnedImage's world in that PinnedImage's own spelling of the registry, where
 * the configuration says that several hosts serve the same content.
 */
public final class Spellings {
  private final Supplier<RegistrySettings> settings;

  /**
   * @param settings as they are now: they may change while the operator runs
   */
  public Spellings(Supplier<RegistrySettings> settings) {
    this.settings = settings;
  }

  /** Those with a container of the same repository, at the same host or an alias of it. */
  List<Workload> workloads(List<Workload> found, ImageReference wanted) {
    return found.stream()
        .map(workload ->
            workload.withContainers(
                workload.containers().stream().map(c -> container(c, wanted)).toList()))
        .filter(workload ->
            workload.containers().stream()
                .map(container -> ImageReference.parse(container.meaning()))
                .flatMap(Optional::stream)
                .anyMatch(wanted::sameRepository))
        .toList();
  }

  /** Other hosts that serve what the reference's registry does. */
  List<String> aliases(ImageReference reference) {
    return settings.get().aliasesOf(reference.registry());
  }

  private Container container(Container container, ImageReference wanted) {
    return respelled(container.image(), wanted).map(container::meaning).orElse(container);
  }

  /** Those for the same repository, at the same host or an alias of it. */
  List<PinnedImage> peers(List<PinnedImage> found, ImageReference wanted) {
    return found.stream()
        .map(peer -> peer(peer, wanted))
        .filter(peer ->
            Optional.ofNullable(peer.getSpec().image())
                .flatMap(ImageReference::parse)
                .filter(wanted::sameRepository)
                .isPresent())
        .toList();
  }

  private PinnedImage peer(PinnedImage peer, ImageReference wanted) {
    return Optional.ofNullable(peer.getSpec().image())
        .flatMap(image -> respelled(image, wanted))
        .map(image -> spelled(peer, image))
        .orElse(peer);
  }

  private static PinnedImage spelled(PinnedImage peer, String image) {
    PinnedImage same = new PinnedImage();
    same.setMetadata(peer.getMetadata());
    same.setSpec(peer.getSpec().spelled(image));
    same.setStatus(peer.getStatus());
    return same;
  }

  /** Empty where it is at the same host already, or at one that has nothing to do with it. */
  private Optional<String> respelled(String image, ImageReference wanted) {
    return ImageReference.parse(image)
        .filter(found -> !found.registry().equals(wanted.registry()))
        .filter(found -> settings.get().areAliases(found.registry(), wanted.registry()))
        .map(found -> found.of(wanted.registry()).toString());
  }
}
