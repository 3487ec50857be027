package dev.pinnedimage;

import dev.pinnedimage.admission.AdmissionWatch;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.controller.Deletion;
import dev.pinnedimage.controller.Events;
import dev.pinnedimage.controller.Memories;
import dev.pinnedimage.controller.Observer;
import dev.pinnedimage.controller.PinnedImageReconciler;
import dev.pinnedimage.controller.PullSecrets;
import dev.pinnedimage.controller.Queries;
import dev.pinnedimage.controller.Recreated;
import dev.pinnedimage.controller.RestoreFinalizer;
import dev.pinnedimage.controller.Spellings;
import dev.pinnedimage.controller.StatusWriter;
import dev.pinnedimage.controller.UpstreamAnswers;
import dev.pinnedimage.controller.Wakeups;
import dev.pinnedimage.notification.NotificationEndpoint;
import dev.pinnedimage.notification.payload.Pushed;
import dev.pinnedimage.pinning.Edit;
import dev.pinnedimage.pinning.Outcome;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.workload.NodeCache;
import dev.pinnedimage.workload.WorkloadCache;
import dev.pinnedimage.workload.WorkloadKinds;
import dev.pinnedimage.workload.WorkloadPatcher;
import dev.pinnedimage.workload.WorkloadReader;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.OperatorException;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of the operator, put together and started. */
final class RunningOperator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RunningOperator.class);
  private static final long LIST_PAGE = 200;

  private final InstantSource clock = Clock.systemUTC();
  private final KubernetesClient client;
  private final OperatorConfig config;
  private final StartRequirements requirements;
  private final Memories memories = new Memories();
  private final WorkloadKinds kinds;
  private final Wakeups wakeups;
  private final WorkloadCache workloads;
  private final NodeCache nodes;
  private final AdmissionWatch admission;
  private final Metrics metrics = new Metrics();
  private final Registries registries;
  private final UpstreamAnswers upstream;
  private final Operator operator;
  private final Probes probes;
  private @Nullable NotificationEndpoint notifications;
  private volatile boolean started;

  private RunningOperator(
      KubernetesClient client,
      OperatorConfig config,
      RegistrySettings settings,
      WorkloadKinds kinds) {
    this.client = client;
    this.config = config;
    this.requirements = new StartRequirements(client, config.namespaces());
    this.kinds = kinds;
    this.wakeups = new Wakeups(this::forget);
    this.probes = Probes.serve(config.httpAddress(), this::notReady, this::notAlive, metrics::text);
    this.workloads =
        new WorkloadCache(client, kinds, config.namespaces(), wakeups::repositoriesChanged);
    this.nodes = new NodeCache(client, wakeups::everythingChanged);
    this.admission = new AdmissionWatch(client, kinds, clock, wakeups::everythingChanged);
    metrics.watch(admission);
    this.registries = new Registries(settings, clock, wakeups::answered);
    this.upstream =
        new UpstreamAnswers(
            registries.lookups(),
            new Queries(registries::settings, new PullSecrets(client, clock)),
            clock);
    this.operator =
        new Operator(overrider ->
            overrider
                .withKubernetesClient(client)
                .withCloseClientOnStop(false)
                .withMetrics(new Recreated(wakeups)));
  }

  /**
   * From now on by these registries' settings.
   *
   * @throws InvalidSettings where they cannot be used; then those before stay
   */
  void use(RegistrySettings settings) {
    registries.use(settings);
    // Aliases, mirrors and identities decide what each of them asks.
    wakeups.everythingChanged();
  }

  /**
   * Returns when caches are in and PinnedImages are being reconciled.
   *
   * @throws CannotStart with the sentence for whoever started it
   */
  static RunningOperator start(
      KubernetesClient client, OperatorConfig config, RegistrySettings settings) {
    RunningOperator running =
        new RunningOperator(client, config, settings, ConfiguredKinds.find(client, config));
    try {
      // Both while the first lists are under way.
      running.register();
      running.requirements.requireApi();
      running.start();
      return running;
    } catch (RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private void register() {
    operator.register(reconciler(), this::configure);
  }

  private void start() {
    admission.start();
    requirements.await(nodes.started(), "nodes");
    workloads.started().forEach((kind, started) -> requirements.await(started, kind.resource()));
    try {
      operator.start();
    } catch (OperatorException e) {
      throw CannotStart.because(
          e, client.getMasterUrl().toString(), "pinnedimages.pinnedimage.dev");
    }
    takeNotifications();
    started = true;
    giveBackWhatTheStartLeft();
    log.info(
        "{}watching {}",
        config.reportsOnly() ? "mode: Report, no workload is written; " : "",
        config.namespaces().isEmpty()
            ? "all namespaces"
            : "the namespaces " + String.join(", ", config.namespaces()));
  }

  /** Not before there are look-ups that they could be about. */
  private void takeNotifications() {
    if (config.notifications().address() != null) {
      notifications = NotificationEndpoint.start(config.notifications(), clock, this::hint);
    }
  }

  private void hint(Pushed pushed) {
    registries.lookups().hint(tag -> pushed.concerns(tag, registries.settings()::areAliases));
  }

  /**
   * Measured: in a large default heap nothing would collect the start's garbage for hours, and the
   * idle process would hold a third more memory.
   */
  private static void giveBackWhatTheStartLeft() {
    System.gc();
  }

  private PinnedImageReconciler reconciler() {
    WorkloadReader reader = new WorkloadReader(client, kinds);
    Observer observer =
        new Observer(
            new Observer.Caches(
                workloads, reader, nodes, admission::admission, memories, config.reportsOnly()),
            wakeups,
            upstream,
            new Spellings(registries::settings),
            clock);
    WorkloadPatcher patcher = new WorkloadPatcher(client, reader, kinds, this::patched);
    Events events = new Events(client, clock, instance());
    RestoreFinalizer finalizer = new RestoreFinalizer(client, config.reportsOnly());
    return new PinnedImageReconciler(
        observer,
        patcher,
        new StatusWriter(events, wakeups),
        new Deletion(observer, patcher, finalizer, events, clock),
        wakeups);
  }

  private void patched(Edit edit, Outcome outcome) {
    if (!edit.byAdmission()) {
      return;
    }
    if (outcome instanceof Outcome.NotRewritten) {
      admission.missed(edit.workload().namespace());
    } else if (outcome instanceof Outcome.Written) {
      admission.rewritten(edit.workload().namespace());
      if (edit.isRepair()) {
        metrics.repaired();
      }
    }
  }

  private static String instance() {
    return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "pinnedimage-operator");
  }

  private void configure(ControllerConfigurationOverrider<PinnedImage> overrider) {
    if (!config.namespaces().isEmpty()) {
      overrider.settingNamespaces(config.namespaces().toArray(String[]::new));
    }
    overrider
        .withInformerListLimit(LIST_PAGE)
        .withRetry(
            new GenericRetry()
                .setInitialInterval(Duration.ofSeconds(1))
                .setIntervalMultiplier(2)
                .setMaxInterval(Duration.ofMinutes(1).toMillis())
                .withoutMaxAttempts());
  }

  private void forget(PinnedImage deleted) {
    memories.forget(deleted);
    @Nullable UpstreamAnswers answers = upstream;
    if (answers != null) {
      answers.forget(deleted);
    }
  }

  private Optional<String> notReady() {
    return started ? notAlive() : Optional.of("starting");
  }

  /** A dead registry does not make the operator unhealthy; a watch that has ended does. */
  private Optional<String> notAlive() {
    if (started && !(workloads.isAlive() && nodes.isAlive())) {
      return Optional.of("a watch has stopped");
    }
    return Optional.empty();
  }

  void runUntil(CountDownLatch stopRequested) throws InterruptedException {
    stopRequested.await();
    log.info("stopping");
  }

  @Override
  public void close() {
    started = false;
    if (notifications != null) {
      notifications.close();
    }
    operator.stop();
    workloads.close();
    nodes.close();
    admission.close();
    registries.close();
    probes.close();
  }
}
