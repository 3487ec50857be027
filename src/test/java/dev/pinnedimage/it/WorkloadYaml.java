package dev.pinnedimage.it;

/** Workloads of every kind, to be given to kubectl. Each has the labels app=web and tier=front. */
final class WorkloadYaml {
  private WorkloadYaml() {}

  static String deployment(String image) {
    return of("Deployment", "", podSpec("containers", image));
  }

  /**
   * @param place containers, initContainers or volumes
   */
  static String podSpec(String place, String image) {
    return switch (place) {
      case "containers" ->
          "containers: [{name: o, image: other}, {name: c, image: '" + image + "'}]";
      case "initContainers" ->
          "initContainers: [{name: i, image: '"
              + image
              + "'}], containers: [{name: c, image: other}]";
      default ->
          "volumes: [{name: e, emptyDir: {}}, {name: v, image: {reference: '"
              + image
              + "'}}], containers: [{name: c, image: other}]";
    };
  }

  /**
   * @param meta further entries of metadata, in YAML's flow style
   * @param podSpec its entries, in the same style
   */
  static String of(String kind, String meta, String podSpec) {
    String restarts = kind.endsWith("Job") ? ", restartPolicy: Never" : "";
    String template =
        "template: {metadata: {labels: {app: web}}, spec: {%s%s}}".formatted(podSpec, restarts);
    return """
    apiVersion: %s
    kind: %s
    metadata: {name: new, labels: {app: web, tier: front}, %s}
    spec: {%s}
    """
        .formatted(
            apiVersion(kind),
            kind,
            meta,
            switch (kind) {
              case "StatefulSet" ->
                  "serviceName: web, selector: {matchLabels: {app: web}}, " + template;
              case "Job" -> template;
              case "CronJob" -> "schedule: '@daily', jobTemplate: {spec: {" + template + "}}";
              case "Pod" -> podSpec;
              default -> "selector: {matchLabels: {app: web}}, " + template;
            });
  }

  private static String apiVersion(String kind) {
    return switch (kind) {
      case "Pod" -> "v1";
      case "Job", "CronJob" -> "batch/v1";
      default -> "apps/v1";
    };
  }
}
