package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.AuditEvent;
import dev.pinnedimage.harness.FluxApply;
import dev.pinnedimage.harness.FluxController;
import dev.pinnedimage.harness.PushedImage;
import dev.pinnedimage.it.ImagesSeen.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What Flux and the operator make of one GitRepository, as {@code docs/gitops/flux.md} tells to lay
 * it out: PinnedImages first, and workloads once those are Ready.
 */
final class FluxRows implements AutoCloseable {
  private static final int ROUNDS = 20;
  private static final Duration FOR_ROUNDS = Duration.ofMinutes(5);

  private final World world;
  private final ImagesSeen seen;
  private final FluxController flux;
  private final boolean hasPolicy;
  private final List<PushedImage> pushed = new ArrayList<>();
  private final PushedImage first;

  FluxRows(World world, ImagesSeen seen, boolean hasPolicy) {
    this.world = world;
    this.seen = seen;
    this.hasPolicy = hasPolicy;
    this.first = push("1", "a");
    this.flux = FluxController.start(world.cluster, world.namespace);
    String revision = commit(first, "");
    flux.kustomizationOf("fleet", "pins", "pins", "wait: true", "timeout: 20s");
    flux.kustomizationOf(
        "fleet", "apps", "apps", "wait: true", "timeout: 20s", "dependsOn: [{name: pins}]");
    flux.awaitApplied("apps", revision);
  }

  private String commit(PushedImage image, String specLine) {
    String pin =
        """
        apiVersion: pinnedimage.dev/v1alpha1
        kind: PinnedImage
        metadata: {name: web}
        spec:
          image: %s
          checkInterval: 10s
          %s
        """
            .formatted(image.reference(world.registry), specLine);
    String app = ApplierRows.manifest("web", image.reference(world.registry));
    return flux.commit("fleet", Map.of("pins/web.yaml", pin, "apps/web.yaml", app));
  }

  /** With the policy nothing happens, however often Flux applies the tag. */
  String rounds() {
    return hasPolicy ? undisturbed() : fight();
  }

  private String undisturbed() {
    world.awaitPinned("web", first);
    world.awaitObserved("web");
    int before = flux.applies("apps").size();
    Instant since = Instant.now();
    flux.awaitApplies("apps", before + ROUNDS, FOR_ROUNDS);
    List<FluxApply> rounds = flux.applies("apps").subList(before, before + ROUNDS);
    return "%d reconciliations: %d `configured`; %s; %d ReplicaSet; %d writes by the operator"
        .formatted(
            rounds.size(),
            configured(rounds),
            went(0),
            world.rollouts("web"),
            operatorWrites(since).size());
  }

  /** Each turn is a rollout. */
  private String fight() {
    settle(5, first);
    await("Flux's log").until(() -> configured(flux.applies("apps")) >= 2);
    return "%d `configured`; %s, and so on".formatted(configured(flux.applies("apps")), went(0));
  }

  /** In git, of PinnedImage and workload in one commit. */
  String newTag() {
    PushedImage second = push("2", "b");
    int before = seen.of("web").size();
    String revision = commit(second, "");
    settle(before + (hasPolicy ? 1 : 3), second);
    return went(before - 1) + (hasPolicy ? "; " + configured(revision) : "");
  }

  /** The tag has moved, and its owner approves the digest in git. */
  String approval() {
    PushedImage third = push("2", "c");
    int before = seen.of("web").size();
    Instant since = Instant.now();
    String revision = commit(third, "digest: " + third.digest());
    settle(before + (hasPolicy ? 1 : 2), third);
    return went(before - 1)
        + (hasPolicy
            ? "; %s; %d patch by the operator".formatted(configured(revision), patches(since))
            : "");
  }

  /** Where the Kustomization becomes Ready: while the operator waits to pin again, it does not. */
  private String configured(String revision) {
    flux.awaitApplied("apps", revision);
    return "%d `configured`"
        .formatted(
            configured(
                flux.applies("apps").stream()
                    .filter(apply -> apply.revision().equals(revision))
                    .toList()));
  }

  private PushedImage push(String tag, String seed) {
    PushedImage image = world.push(world.namespace + "/web", tag, seed);
    pushed.add(image);
    return image;
  }

  /** Until its image is what it is to stay for a while: without the policy, the tag. */
  private void settle(int count, PushedImage image) {
    seen.awaitImage(
        "web", count, hasPolicy ? image.pinned(world.registry) : image.reference(world.registry));
  }

  private long patches(Instant since) {
    return operatorWrites(since).stream()
        .filter(event -> event.resource().equals("apps/deployments"))
        .count();
  }

  private static long configured(List<FluxApply> applies) {
    return applies.stream()
        .flatMap(apply -> apply.actions().values().stream())
        .filter("configured"::equals)
        .count();
  }

  private String went(int from) {
    List<Seen> images = seen.of("web");
    return GitOpsWords.went(images.subList(from, images.size()), pushed);
  }

  private List<AuditEvent> operatorWrites(Instant since) {
    return world.cluster.audit(event ->
        event.isWrite()
            && event.namespace().equals(world.namespace)
            && event.user().endsWith(":pinnedimage-operator")
            && event.time().isAfter(since));
  }

  @Override
  public void close() {
    flux.close();
  }
}
