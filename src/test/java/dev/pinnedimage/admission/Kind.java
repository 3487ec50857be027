package dev.pinnedimage.admission;

import java.util.List;

/**
 * A kind of workload, and how its manifest has a pod template.
 *
 * @param podSpec JSON pointer of the pod spec
 * @param spec in YAML's flow style; NAME and POD stand for the name and the pod spec
 */
record Kind(String apiVersion, String name, String podSpec, String spec) {
  static final Kind DEPLOYMENT = apps("Deployment", "replicas: 0, ");
  static final Kind STATEFUL_SET = apps("StatefulSet", "replicas: 0, serviceName: NAME, ");
  static final Kind DAEMON_SET = apps("DaemonSet", "");
  static final Kind JOB =
      new Kind("batch/v1", "Job", "/spec/template/spec", "{suspend: true, template: {spec: POD}}");
  static final Kind CRON_JOB =
      new Kind(
          "batch/v1",
          "CronJob",
          "/spec/jobTemplate/spec/template/spec",
          "{schedule: '0 0 1 1 *', jobTemplate: {spec: {template: {spec: POD}}}}");
  static final Kind POD = new Kind("v1", "Pod", "/spec", "POD");

  static List<Kind> builtIn() {
    return List.of(DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB, JOB, POD);
  }

  private static Kind apps(String name, String more) {
    return new Kind(
        "apps/v1",
        name,
        "/spec/template/spec",
        "{"
            + more
            + "selector: {matchLabels: {app: NAME}},"
            + " template: {metadata: {labels: {app: NAME}}, spec: POD}}");
  }

  /** With another text in the place of one of the spec. */
  Kind with(String text, String other) {
    return new Kind(apiVersion, name, podSpec, spec.replace(text, other));
  }

  String restartPolicy() {
    return apiVersion.equals("batch/v1") ? "Never" : "Always";
  }

  @Override
  public String toString() {
    return name;
  }
}
