package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.Questions;
import dev.pinnedimage.workload.WorkloadCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wakes up the PinnedImages that something concerns: a workload that uses their repository, a node,
 * an answer of a registry, or another PinnedImage for the same repository.
 */
public final class Wakeups extends SimpleInboundEventSource<PinnedImage>
    implements ResourceEventAware<PinnedImage> {
  private static final String BY_REPOSITORY = "repository";

  private volatile @Nullable IndexerResourceCache<PinnedImage> pinnedImages;

  private final Consumer<PinnedImage> onDeletion;

  /**
   * @param onDeletion told of each PinnedImage that is gone, so that it can be forgotten
   */
  public Wakeups(Consumer<PinnedImage> onDeletion) {
    super("wakeups");
    this.onDeletion = onDeletion;
  }

  void watch(IndexerResourceCache<PinnedImage> cache) {
    cache.addIndexer(BY_REPOSITORY, pinnedImage -> key(pinnedImage).stream().toList());
    this.pinnedImages = cache;
  }

  private static Optional<String> key(PinnedImage pinnedImage) {
    return Questions.reference(pinnedImage)
        .map(r -> WorkloadCache.key(pinnedImage.getMetadata().getNamespace(), r));
  }

  /** Something changed in the use of these repositories, by {@link WorkloadCache#key}. */
  public void repositoriesChanged(Set<String> keys) {
    keys.forEach(key -> byRepository(key).forEach(this::wake));
  }

  /**
   * Nodes, a policy or the configuration changed: that may concern every PinnedImage. Before the
   * start there is nothing to wake up, and the SDK's cache cannot be asked.
   */
  public void everythingChanged() {
    started().ifPresent(cache -> cache.list().forEach(this::wake));
  }

  /** It, and those who share its repository: it is not what was reconciled any more. */
  void changedMeanwhile(PinnedImage changed) {
    wake(changed);
    peers(changed).forEach(this::wake);
  }

  /** A registry answered what these were waiting for. */
  public void answered(Set<ResourceID> waiting) {
    waiting.forEach(this::propagateEvent);
  }

  /** Of this name everything is forgotten: whoever has taken it since is new to the SDK. */
  void takenAgain(ResourceID name) {
    Optional.ofNullable(pinnedImages)
        .flatMap(cache -> cache.get(name))
        .ifPresent(taken ->
            getEventHandler().handleEvent(new ResourceEvent(ResourceAction.ADDED, name, taken)));
  }

  /** The other PinnedImages of the namespace for the same repository, of whichever host. */
  List<PinnedImage> peers(PinnedImage pinnedImage) {
    return key(pinnedImage).stream()
        .flatMap(key -> byRepository(key).stream())
        .filter(peer -> !sameName(peer, pinnedImage))
        .toList();
  }

  private List<PinnedImage> byRepository(String key) {
    return started().map(cache -> cache.byIndex(BY_REPOSITORY, key)).orElse(List.of());
  }

  /** Before the start the cache refuses to be asked; with the start everyone is woken anyway. */
  private Optional<IndexerResourceCache<PinnedImage>> started() {
    return Optional.ofNullable(pinnedImages).filter(cache -> isRunning());
  }

  private static boolean sameName(PinnedImage one, PinnedImage other) {
    return Objects.equals(one.getMetadata().getName(), other.getMetadata().getName());
  }

  private void wake(PinnedImage pinnedImage) {
    propagateEvent(ResourceID.fromResource(pinnedImage));
  }

  @Override
  public void onResourceCreated(PinnedImage created) {
    peers(created).forEach(this::wake);
  }

  @Override
  public void onResourceUpdated(PinnedImage after, PinnedImage before) {
    if (!after.getSpec().equals(before.getSpec()) || after.isMarkedForDeletion()) {
      peers(before).forEach(this::wake);
      peers(after).forEach(this::wake);
    }
  }

  @Override
  public void onResourceDeleted(PinnedImage deleted) {
    onDeletion.accept(deleted);
    peers(deleted).forEach(this::wake);
  }
}
