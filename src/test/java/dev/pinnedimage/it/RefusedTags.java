package dev.pinnedimage.it;

import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** A ValidatingAdmissionPolicy by which one Deployment may not be without digests. */
final class RefusedTags implements AutoCloseable {
  static final String MESSAGE = "no tags here, says the platform team";

  private final World world;
  private final String deployment;
  private final String name;

  private RefusedTags(World world, String deployment) {
    this.world = world;
    this.deployment = deployment;
    this.name = "no-tags-" + world.namespace;
    String yaml =
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: %1$s}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [UPDATE], resources: [deployments]}
          validations:
          - expression: "object.metadata.name != '%2$s' || object.spec.template.spec.containers.all(c, c.image.contains('@'))"
            message: %3$s
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: %1$s}
        spec:
          policyName: %1$s
          validationActions: [Deny]
          matchResources:
            namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %4$s}}
        """
            .formatted(name, deployment, MESSAGE, world.namespace);
    world
        .client()
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
  }

  /** Returns once it is in effect, which takes some time after its creation. */
  static RefusedTags of(World world, String deployment) {
    RefusedTags refused = new RefusedTags(world, deployment);
    await().atMost(World.PATIENCE).until(refused::isInEffect);
    return refused;
  }

  private boolean isInEffect() {
    return !world
        .cluster
        .tryKubectl(
            "set",
            "image",
            "deploy/" + deployment,
            "c0=example.com/any:1",
            "-n",
            world.namespace,
            "--dry-run=server")
        .succeeded();
  }

  /** Returns once it is not in effect any more. */
  @Override
  public void close() {
    world.cluster.kubectl(
        "delete", "validatingadmissionpolicybinding,validatingadmissionpolicy", name);
    await().atMost(World.PATIENCE).until(() -> !isInEffect());
  }
}
