package dev.pinnedimage.harness;

import java.time.Duration;

/**
 * Tells when the API server rewrites. It looks for new kinds every 30 s: until it knows the
 * policy's parameters, whose CRD is as new as the policy, workloads pass unchanged.
 */
final class PolicyEffect {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TAG = "registry.example/effect:1";
  private static final String PIN = TAG + "@sha256:" + "1".repeat(64);

  private PolicyEffect() {}

  /** Leaves a namespace with nothing in it. */
  static void await(ControlPlane cluster) {
    String namespace = cluster.newNamespace("effect");
    cluster
        .admin()
        .resource(
            """
            apiVersion: pinnedimage.dev/v1alpha1
            kind: PinnedImage
            metadata: {name: effect, namespace: %s}
            spec: {image: "%s"}
            """
                .formatted(namespace, TAG))
        .create();
    cluster.kubectl(
        "patch",
        "pin/effect",
        "-n",
        namespace,
        "--subresource=status",
        "--type=merge",
        "-p",
        "{\"status\":{\"rewrites\":{\"%s\":\"%s\"}}}".formatted(TAG, PIN));
    Await.until(
        "the admission policy to have an effect",
        PATIENCE,
        () -> created(cluster, namespace).equals(PIN));
    cluster.kubectl("delete", "pin/effect", "-n", namespace);
  }

  private static String created(ControlPlane cluster, String namespace) {
    return cluster.kubectl(
        "create",
        "deployment",
        "effect",
        "-n",
        namespace,
        "--image=" + TAG,
        "--dry-run=server",
        "-o",
        "jsonpath={.spec.template.spec.containers[0].image}");
  }
}
