package dev.pinnedimage.it;

import java.util.List;

/**
 * A kind of workload, and how its manifest has a pod template.
 *
 * @param title what tells it from others of its kind
 * @param podSpec where the pod spec is, such as {@code spec.template.spec}
 * @param spec in YAML's flow style; NAME and TEMPLATE stand for the name and the pod template
 * @param restartPolicy what the kind asks of its pods
 */
record KindOfWorkload(
    String title,
    String apiVersion,
    String kind,
    String podSpec,
    String spec,
    String restartPolicy) {
  private static final String SELECTOR = "selector: {matchLabels: {app: NAME}}";

  static final KindOfWorkload DEPLOYMENT =
      templated("Deployment", "apps/v1", "Deployment", SELECTOR);
  static final KindOfWorkload STATEFUL_SET =
      templated("StatefulSet", "apps/v1", "StatefulSet", SELECTOR + ", serviceName: NAME");
  static final KindOfWorkload STATEFUL_SET_ON_DELETE =
      templated(
          "StatefulSet, OnDelete",
          "apps/v1",
          "StatefulSet",
          SELECTOR + ", serviceName: NAME, updateStrategy: {type: OnDelete}");
  static final KindOfWorkload STATEFUL_SET_WITH_PARTITION =
      templated(
          "StatefulSet, partition 1 of 2",
          "apps/v1",
          "StatefulSet",
          SELECTOR
              + ", serviceName: NAME, replicas: 2, updateStrategy: {rollingUpdate: {partition: 1}}");
  static final KindOfWorkload DAEMON_SET = templated("DaemonSet", "apps/v1", "DaemonSet", SELECTOR);
  static final KindOfWorkload CRON_JOB =
      new KindOfWorkload(
          "CronJob",
          "batch/v1",
          "CronJob",
          "spec.jobTemplate.spec.template.spec",
          "schedule: '0 0 1 1 *', jobTemplate: {spec: {template: TEMPLATE}}",
          "Never");

  /** Those whose pod template can be changed. */
  static List<KindOfWorkload> changeable() {
    return List.of(
        DEPLOYMENT,
        STATEFUL_SET,
        STATEFUL_SET_ON_DELETE,
        STATEFUL_SET_WITH_PARTITION,
        DAEMON_SET,
        CRON_JOB);
  }

  static KindOfWorkload templated(String title, String apiVersion, String kind, String spec) {
    return new KindOfWorkload(
        title, apiVersion, kind, "spec.template.spec", spec + ", template: TEMPLATE", "Always");
  }

  /** With the image wherever a pod template can name one. */
  String manifest(String namespace, String name, String image) {
    String template =
        """
        {metadata: {labels: {app: NAME}}, spec: {restartPolicy: RESTART, \
        initContainers: [{name: init, image: 'IMAGE'}, {name: sidecar, image: 'IMAGE', restartPolicy: Always}], \
        containers: [{name: web, image: 'IMAGE', volumeMounts: [{name: data, mountPath: /data}]}], \
        volumes: [{name: scratch, emptyDir: {}}, {name: data, image: {reference: 'IMAGE'}}]}}\
        """
            .replace("RESTART", restartPolicy);
    String manifest =
        """
        apiVersion: %s
        kind: %s
        metadata: {name: NAME, namespace: %s, labels: {app: NAME}}
        spec: {%s}
        """
            .formatted(apiVersion, kind, namespace, spec.replace("TEMPLATE", template));
    return manifest.replace("NAME", name).replace("IMAGE", image);
  }

  /** JSON pointers of the four images of {@link #manifest}. */
  List<String> imagePaths() {
    String pod = "/" + podSpec.replace('.', '/');
    return List.of(
        pod + "/initContainers/0/image",
        pod + "/initContainers/1/image",
        pod + "/containers/0/image",
        pod + "/volumes/1/image/reference");
  }

  @Override
  public String toString() {
    return title;
  }
}
