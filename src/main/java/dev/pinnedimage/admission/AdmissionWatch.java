package dev.pinnedimage.admission;

import dev.pinnedimage.admission.InstalledPolicy.Expected;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.workload.ServerMessage;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.api.model.APIResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows at any time what the admission policy of the cluster is good for. */
public final class AdmissionWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AdmissionWatch.class);

  /** A cluster that is upgraded begins to serve it, and rights can be mended. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

  private static final String API = "admissionregistration.k8s.io/v1";

  private final KubernetesClient client;
  private final WorkloadKinds kinds;
  private final InstantSource clock;
  private final Runnable onChange;
  private final Effect effect = new Effect();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("admission").daemon().factory());

  private @Nullable SharedIndexInformer<MutatingAdmissionPolicy> policy;
  private @Nullable SharedIndexInformer<MutatingAdmissionPolicyBinding> binding;
  private @Nullable String user;
  private volatile InstalledPolicy installed = InstalledPolicy.notServed();

  /**
   * Nothing is asked before {@link #start}.
   *
   * @param onChange called when what it is good for has changed
   */
  public AdmissionWatch(
      KubernetesClient client, WorkloadKinds kinds, InstantSource clock, Runnable onChange) {
    this.client = client;
    this.kinds = kinds;
    this.clock = clock;
    this.onChange = onChange;
  }

  /**
   * Returns when it is known what is installed; nothing that goes wrong here keeps from starting.
   */
  public void start() {
    look();
    log.info("{}", installed.sentence());
    long seconds = LOOK_AGAIN.toSeconds();
    var _ = timer.scheduleWithFixedDelay(this::look, seconds, seconds, TimeUnit.SECONDS);
  }

  private void look() {
    try {
      if (policy == null && isServed()) {
        user = self();
        policy = watched(MutatingAdmissionPolicy.class);
        binding = watched(MutatingAdmissionPolicyBinding.class);
      }
      judge();
    } catch (KubernetesClientException e) {
      stopWatching();
      become(
          InstalledPolicy.without(
              PolicyState.NotReadable,
              "the admission policy cannot be read ("
                  + ServerMessage.of(e)
                  + "); where a right is missing, apply the installation again, which for an operator that"
                  + " only reports is deploy/install-report.yaml: kubectl apply --server-side -f"
                  + " deploy/install.yaml"));
    } catch (RuntimeException e) {
      // Else the timer would stop for good.
      log.error("looking at the admission policy failed by a defect of the operator", e);
    }
  }

  private boolean isServed() {
    APIResourceList resources = client.getApiResources(API);
    return resources != null
        && resources.getResources().stream()
            .anyMatch(resource -> resource.getName().equals("mutatingadmissionpolicies"));
  }

  /** Who we are to the API server: the policy takes back earlier pins for one user only. */
  private String self() {
    SelfSubjectReview review = client.resource(new SelfSubjectReview()).create();
    return review.getStatus().getUserInfo().getUsername();
  }

  private <T extends HasMetadata> SharedIndexInformer<T> watched(Class<T> kind) {
    return client.resources(kind).withName(AdmissionPolicy.NAME).inform(handler());
  }

  private <T> ResourceEventHandler<T> handler() {
    return new ResourceEventHandler<>() {
      @Override
      public void onAdd(T added) {
        changed();
      }

      @Override
      public void onUpdate(T before, T after) {
        changed();
      }

      @Override
      public void onDelete(T deleted, boolean finalStateUnknown) {
        changed();
      }
    };
  }

  private void changed() {
    effect.begin();
    timer.execute(this::look);
  }

  private void judge() {
    SharedIndexInformer<MutatingAdmissionPolicy> policies = policy;
    SharedIndexInformer<MutatingAdmissionPolicyBinding> bindings = binding;
    if (policies == null || bindings == null) {
      become(InstalledPolicy.notServed());
      return;
    }
    InstalledPolicy found =
        InstalledPolicy.of(
            only(policies), only(bindings), new Expected(kinds, String.valueOf(user)));
    List<String> missing = effect.missing(clock.instant());
    if (found.state() != PolicyState.Effective || missing.isEmpty()) {
      become(found);
    } else if (installed.state() != PolicyState.WithoutEffect) {
      become(found.withoutEffect(missing.getFirst()));
    }
  }

  private static <T> @Nullable T only(SharedIndexInformer<T> informer) {
    List<T> all = informer.getStore().list();
    return all.isEmpty() ? null : all.getFirst();
  }

  private void become(InstalledPolicy next) {
    InstalledPolicy before = installed;
    installed = next;
    if (!next.equals(before)) {
      if (next.state().isTrouble()) {
        log.warn("{}", next.sentence());
      } else {
        log.info("{}", next.sentence());
      }
      onChange.run();
    }
  }

  /** What it is good for in a namespace. */
  public Admission admission(String namespace) {
    InstalledPolicy now = installed;
    return now.state() != PolicyState.WithoutEffect || effect.isExpected(namespace, clock.instant())
        ? now.admission()
        : now.nothing();
  }

  public PolicyState state() {
    return installed.state();
  }

  /** A request of ours came back with the pin. */
  public void rewritten(String namespace) {
    if (effect.rewritten(namespace)) {
      timer.execute(this::look);
    }
  }

  /** A request of ours was to be rewritten, and came back as it was. */
  public void missed(String namespace) {
    effect.missed(namespace, clock.instant());
    if (!effect.isExpected(namespace, clock.instant())) {
      timer.execute(this::look);
    }
  }

  private void stopWatching() {
    close(policy);
    close(binding);
    policy = null;
    binding = null;
  }

  private static void close(@Nullable SharedIndexInformer<?> informer) {
    if (informer != null) {
      informer.stop();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
    stopWatching();
  }
}
