package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import dev.pinnedimage.harness.ControlPlane;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;

/** Kinds with a pod template that no Kubernetes has, as other people's operators bring them. */
public final class CustomKinds {
  public static final String GROUP = "kinds.example.com";
  static final String API_VERSION = GROUP + "/v1";

  /** As of Argo Rollouts: a template like a Deployment's, its lists owned entry by entry. */
  static final KindOfWorkload ROLLOUT =
      KindOfWorkload.templated("Rollout", API_VERSION, "Rollout", "paused: true");

  /** The pod spec further down, its lists owned as a whole. */
  static final KindOfWorkload FLEET =
      new KindOfWorkload(
          "Fleet",
          API_VERSION,
          "Fleet",
          "spec.members.web.podTemplate.spec",
          "members: {web: {podTemplate: TEMPLATE}}",
          "Always");

  private static final String POD_SPEC =
      """
      {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {
        containers: LIST, initContainers: LIST, volumes: LIST}}
      """;
  private static final String LIST =
      "{type: array, items: {type: object, required: [name],"
          + " x-kubernetes-preserve-unknown-fields: true, properties: {name: {type: string}}}";
  private static final String BY_NAME =
      LIST + ", x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [name]}";
  private static final String TEMPLATE =
      "{type: object, properties: {metadata: {type: object, x-kubernetes-preserve-unknown-fields: true}, spec: POD_SPEC}}";

  private CustomKinds() {}

  /** Returns once they and their schemas are served. */
  public static void install(ControlPlane cluster) {
    crd(
        cluster,
        "Rollout",
        "Namespaced",
        "{type: object, properties: {paused: {type: boolean}, template: TEMPLATE}}"
            .replace("TEMPLATE", TEMPLATE)
            .replace("POD_SPEC", POD_SPEC.replace("LIST", BY_NAME)));
    crd(
        cluster,
        "Fleet",
        "Namespaced",
        "{type: object, properties: {members: {type: object, properties: {web: {type: object, properties: {podTemplate: TEMPLATE}}}}}}"
            .replace("TEMPLATE", TEMPLATE)
            .replace("POD_SPEC", POD_SPEC.replace("LIST", LIST + "}")));
    crd(
        cluster,
        "Opaque",
        "Namespaced",
        "{type: object, x-kubernetes-preserve-unknown-fields: true}");
    crd(cluster, "Planet", "Cluster", "{type: object, x-kubernetes-preserve-unknown-fields: true}");
    await()
        .atMost(World.PATIENCE)
        .ignoreExceptions()
        .until(() -> {
          String served = cluster.admin().raw("/openapi/v3/apis/" + API_VERSION);
          return Stream.of("Rollout", "Fleet", "Opaque", "Planet")
              .allMatch(kind -> served.contains("\"kind\":\"" + kind + "\""));
        });
  }

  private static void crd(ControlPlane cluster, String kind, String scope, String specSchema) {
    String singular = kind.toLowerCase(Locale.ROOT);
    String yaml =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: %ss.%s}
        spec:
          group: %s
          scope: %s
          names: {kind: %s, plural: %ss, singular: %s}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, properties: {spec: %s}}
        """
            .formatted(
                singular,
                GROUP,
                GROUP,
                scope,
                kind,
                singular,
                singular,
                specSchema.replace("\n", " "));
    cluster
        .admin()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
  }
}
