package dev.pinnedimage;

import dev.pinnedimage.admission.AdmissionWatch;
import dev.pinnedimage.admission.PolicyState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** What {@code /metrics} shows, in Prometheus' text format. */
final class Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  private final Counter repairs =
      Counter.builder("pinnedimage.admission.repairs")
          .description(
              "Workloads that got past the admission policy with the bare tag, and were repaired")
          .register(registry);

  /** One gauge for each state: 1 for the one that holds, 0 for the others. */
  void watch(AdmissionWatch admission) {
    for (PolicyState state : PolicyState.values()) {
      Gauge.builder("pinnedimage.admission.policy", admission, a -> a.state() == state ? 1 : 0)
          .description("What became of deploy/admission.yaml in this cluster")
          .tag("state", state.name())
          .register(registry);
    }
  }

  void repaired() {
    repairs.increment();
  }

  String text() {
    return registry.scrape();
  }
}
