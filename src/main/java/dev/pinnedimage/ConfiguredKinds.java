package dev.pinnedimage;

import dev.pinnedimage.workload.KindDiscovery;
import dev.pinnedimage.workload.UnusableKind;
import dev.pinnedimage.workload.WorkloadKinds;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** The kinds of workloads, those that the configuration adds included. */
final class ConfiguredKinds {
  private ConfiguredKinds() {}

  /**
   * Asks the API server for what the configuration names, and for nothing where it names none.
   *
   * @throws CannotStart where one cannot be used
   */
  static WorkloadKinds find(KubernetesClient client, OperatorConfig config) {
    if (config.workloadKinds().isEmpty()) {
      return WorkloadKinds.BUILT_IN;
    }
    try {
      KindDiscovery discovery = new KindDiscovery(client);
      WorkloadKinds kinds = discovery.withBuiltIn(config.workloadKinds());
      discovery.requireRights(kinds, config.namespaces());
      return kinds;
    } catch (UnusableKind e) {
      throw new CannotStart(String.valueOf(e.getMessage()));
    } catch (KubernetesClientException e) {
      throw CannotStart.because(e, client.getMasterUrl().toString(), "the kinds of workloadKinds");
    }
  }
}
