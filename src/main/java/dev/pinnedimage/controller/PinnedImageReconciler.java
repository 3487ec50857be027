package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageStatus;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.pinning.Plan;
import dev.pinnedimage.pinning.Planner;
import dev.pinnedimage.pinning.StatusReporter;
import dev.pinnedimage.pinning.WorkloadRules;
import dev.pinnedimage.pinning.observed.Observation;
import dev.pinnedimage.workload.ServerMessage;
import dev.pinnedimage.workload.WorkloadPatcher;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one PinnedImage and its workloads to where they should be. Never waits for a registry: an
 * answer that is under way wakes it up again.
 */
@ControllerConfiguration(
    name = "pinnedimage",
    fieldManager = WorkloadRules.FIELD_MANAGER,
    generationAwareEventProcessing = false,
    triggerReconcilerOnAllEvents = true)
public final class PinnedImageReconciler implements Reconciler<PinnedImage> {
  private static final Duration ASK_ADMISSION_AGAIN = Duration.ofSeconds(2);
  private static final Logger log = LoggerFactory.getLogger(PinnedImageReconciler.class);

  private final Observer observer;
  private final WorkloadPatcher patcher;
  private final StatusWriter status;
  private final Deletion deletion;
  private final Wakeups wakeups;

  public PinnedImageReconciler(
      Observer observer,
      WorkloadPatcher patcher,
      StatusWriter status,
      Deletion deletion,
      Wakeups wakeups) {
    this.observer = observer;
    this.patcher = patcher;
    this.status = status;
    this.deletion = deletion;
    this.wakeups = wakeups;
  }

  @Override
  public UpdateControl<PinnedImage> reconcile(
      PinnedImage pinnedImage, Context<PinnedImage> context) {
    if (context.isPrimaryResourceDeleted()) {
      gone(pinnedImage, context);
      return UpdateControl.noUpdate();
    }
    if (pinnedImage.isMarkedForDeletion()) {
      return deletion.leave(pinnedImage).map(this::rescheduled).orElseGet(UpdateControl::noUpdate);
    }
    // The finalizer is on before the first workload is written, or nothing would take that back.
    return deletion.isPreparedFor(pinnedImage)
        ? hold(pinnedImage, context)
        : UpdateControl.noUpdate();
  }

  /** Where the name is taken again, the SDK hands over the new one: {@link Recreated}. */
  private void gone(PinnedImage pinnedImage, Context<PinnedImage> context) {
    if (context.getPrimaryCache().get(ResourceID.fromResource(pinnedImage)).isEmpty()) {
      deletion.gone(pinnedImage);
    }
  }

  private UpdateControl<PinnedImage> hold(PinnedImage pinnedImage, Context<PinnedImage> context) {
    Observer.Seen seen = observer.observe(pinnedImage);
    Optional<Instant> nextWrite =
        seen.isHeard() ? reconcile(seen.observation(), context) : hold(seen.observation());
    return seen.lookAgain(nextWrite).map(this::rescheduled).orElseGet(UpdateControl::noUpdate);
  }

  /**
   * The registry has not answered yet: the pin on record is written to new workloads meanwhile, by
   * admission only where that has been told what to write.
   */
  private Optional<Instant> hold(Observation observation) {
    WorkloadRules rules = Planner.held(observation);
    List<Edit> edits =
        observation.workloads().stream()
            .flatMap(w -> rules.edit(w).stream())
            .filter(edit -> !edit.byAdmission() || rules.isPublished(edit))
            .toList();
    var _ = patcher.apply(edits, rules);
    return Optional.empty();
  }

  private UpdateControl<PinnedImage> rescheduled(Duration lookAgain) {
    return UpdateControl.<PinnedImage>noUpdate().rescheduleAfter(lookAgain);
  }

  /**
   * A moved pin is on record before the first workload carries it: a crash then loses nothing. So
   * is what admission is to make of an image, or a patch that only tests would change nothing.
   *
   * @return when a workload is to be written that waits now
   */
  private Optional<Instant> reconcile(Observation observation, Context<PinnedImage> context) {
    Plan plan = Planner.plan(observation);
    PinnedImageStatus before = StatusReporter.report(observation, plan, List.of());
    boolean recordsFirst =
        plan.pinMoved()
            || !before.rewrites().equals(observation.pinnedImage().lastStatus().rewrites());
    Observation recorded = recordsFirst ? status.write(observation, before, context) : observation;
    List<Outcome> outcomes =
        plan.rules() == null ? List.of() : patcher.apply(plan.edits(), plan.rules());
    observer.remember(observation.pinnedImage(), StatusReporter.memory(plan, outcomes));
    status.write(recorded, StatusReporter.report(recorded, plan, outcomes), context);
    if (outcomes.stream().anyMatch(Outcome.Failed.class::isInstance)) {
      throw new NotAllWritten();
    }
    return Stream.concat(plan.nextWrite().stream(), admissionAgain(observation, outcomes))
        .min(Comparator.naturalOrder());
  }

  /**
   * An API server that has just started rewrites nothing for up to half a minute: it is asked again
   * at a steady pace, since a growing back-off would sleep through the moment at which it does.
   */
  private static Stream<Instant> admissionAgain(Observation observation, List<Outcome> outcomes) {
    return outcomes.stream()
        .filter(Outcome.NotRewritten.class::isInstance)
        .map(_ -> observation.now().plus(ASK_ADMISSION_AGAIN));
  }

  /** For the SDK's retry: status says which workload could not be written, and why. */
  private static final class NotAllWritten extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAllWritten() {
      super("not every workload could be written");
    }
  }

  @Override
  public List<EventSource<?, PinnedImage>> prepareEventSources(
      EventSourceContext<PinnedImage> context) {
    wakeups.watch(context.getPrimaryCache());
    return List.of(wakeups);
  }

  /** The SDK tries again by itself; what is left to do is to say so, in one line. */
  @Override
  public ErrorStatusUpdateControl<PinnedImage> updateErrorStatus(
      PinnedImage pinnedImage, Context<PinnedImage> context, Exception e) {
    var line =
        log.atWarn()
            .addKeyValue("namespace", pinnedImage.getMetadata().getNamespace())
            .addKeyValue("name", pinnedImage.getMetadata().getName());
    if (e instanceof KubernetesClientException failure) {
      line.log("the API server did not take it, trying again: {}", ServerMessage.of(failure));
    } else if (e instanceof NotAllWritten) {
      line.log("not every workload could be written, trying again: see the status");
    } else {
      line.setCause(e).log("reconciliation failed by a defect of the operator, trying again");
    }
    return ErrorStatusUpdateControl.<PinnedImage>defaultErrorProcessing();
  }
}
