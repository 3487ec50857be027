package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.pinning.RestoreReport;
import dev.pinnedimage.pinning.RestoreRules;
import dev.pinnedimage.pinning.Transitions.Happened;
import dev.pinnedimage.workload.ServerMessage;
import dev.pinnedimage.workload.WorkloadPatcher;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the workloads when a PinnedImage is deleted. Never keeps it for long: what cannot
 * be restored is said, and let go.
 */
public final class Deletion {
  private static final Logger log = LoggerFactory.getLogger(Deletion.class);

  /** Since the deletion was asked for. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

  private final Observer observer;
  private final WorkloadPatcher patcher;
  private final RestoreFinalizer finalizer;
  private final Events events;
  private final InstantSource clock;

  public Deletion(
      Observer observer,
      WorkloadPatcher patcher,
      RestoreFinalizer finalizer,
      Events events,
      InstantSource clock) {
    this.observer = observer;
    this.patcher = patcher;
    this.finalizer = finalizer;
    this.events = events;
    this.clock = clock;
  }

  /** It is gone: who keeps its digest, and until when. */
  void gone(PinnedImage last) {
    if (last.getSpec().restoresOnDeletion()) {
      return;
    }
    try {
      rules(last)
          .ifPresent(
              rules -> events.record(last, new RestoreReport(rules).retained(rules.edits())));
    } catch (KubernetesClientException e) {
      log.warn("what keeps the digest of {} was not read: {}", last.key(), ServerMessage.of(e));
    }
  }

  /** Whether the finalizer is as the spec wants it; where not, an event is on its way. */
  boolean isPreparedFor(PinnedImage pinnedImage) {
    return finalizer.settle(pinnedImage);
  }

  /**
   * Gives the tag back to what is still ours, and then takes the finalizer off.
   *
   * @return when to try again; empty where nothing is left to do
   */
  Optional<Duration> leave(PinnedImage pinnedImage) {
    if (!RestoreFinalizer.isOn(pinnedImage)) {
      return Optional.empty();
    }
    List<Happened> failed = restore(pinnedImage);
    Optional<Duration> wait = failed.isEmpty() ? Optional.empty() : wait(pinnedImage);
    if (wait.isEmpty()) {
      events.record(pinnedImage, failed);
      finalizer.takeOff(pinnedImage);
    } else {
      log.warn("trying again in {} s: {}", wait.get().toSeconds(), failed.getFirst().message());
    }
    return wait;
  }

  /** As long again as it has been tried; empty where that was long enough. */
  private Optional<Duration> wait(PinnedImage pinnedImage) {
    Instant since = Instant.parse(pinnedImage.getMetadata().getDeletionTimestamp());
    Duration tried = Duration.between(since, clock.instant());
    Duration left = PATIENCE.minus(tried);
    if (left.isNegative() || left.isZero()) {
      return Optional.empty();
    }
    Duration next = tried.compareTo(FIRST_WAIT) < 0 ? FIRST_WAIT : tried;
    return Optional.of(next.compareTo(left) < 0 ? next : left);
  }

  /** What is to be said if this was the last try. */
  private List<Happened> restore(PinnedImage pinnedImage) {
    if (!pinnedImage.getSpec().restoresOnDeletion() || finalizer.isOnNone()) {
      return List.of();
    }
    try {
      return rules(pinnedImage).map(this::restore).orElse(List.of());
    } catch (KubernetesClientException e) {
      return List.of(RestoreReport.unread(pinnedImage, ServerMessage.of(e)));
    }
  }

  private List<Happened> restore(RestoreRules rules) {
    RestoreReport report = new RestoreReport(rules);
    List<Edit> edits = rules.edits();
    Optional<String> unsupported = rules.pinnedImage().getSpec().unsupportedValue();
    if (unsupported.isPresent()) {
      return report.failed(RestoreReport.unsupported(edits, unsupported.get()));
    }
    List<Outcome> outcomes = patcher.apply(edits, rules);
    events.record(rules.pinnedImage(), report.restored(edits, outcomes));
    return report.failed(RestoreReport.failures(edits, outcomes));
  }

  private Optional<RestoreRules> rules(PinnedImage pinnedImage) {
    return RestoreRules.holder(pinnedImage).map(observer::alone).map(RestoreRules::of);
  }
}
