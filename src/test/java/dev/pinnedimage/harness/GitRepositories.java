package dev.pinnedimage.harness;

import dev.pinnedimage.harness.Artifacts.Artifact;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** Plays Flux's source-controller: serves what was committed and writes status by hand. */
final class GitRepositories implements AutoCloseable {
  private final KubernetesClient client;
  private final String namespace;
  private final Artifacts artifacts = Artifacts.start();

  GitRepositories(KubernetesClient client, String namespace) {
    this.client = client;
    this.namespace = namespace;
  }

  /** Returns the revision. */
  String commit(String name, Map<String, String> files) {
    Artifact artifact = artifacts.add(files);
    String revision = "main@sha1:" + artifact.digest().value().substring("sha256:".length(), 47);
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    String yaml =
        """
        apiVersion: source.toolkit.fluxcd.io/v1
        kind: GitRepository
        metadata: {name: %1$s, namespace: %2$s}
        spec: {interval: 1h, url: "https://git.invalid/%1$s"}
        status:
          observedGeneration: 1
          artifact:
            digest: "%3$s"
            lastUpdateTime: "%4$s"
            path: "%5$s"
            revision: "%6$s"
            url: "%7$s"
          conditions:
          - type: Ready
            status: "True"
            reason: Succeeded
            message: stored artifact
            observedGeneration: 1
            lastTransitionTime: "%4$s"
        """
            .formatted(
                name,
                namespace,
                artifact.digest().value(),
                now,
                artifact.path(),
                revision,
                artifact.url());
    client.resource(yaml).forceConflicts().serverSideApply();
    client.resource(yaml).subresource("status").patch(PatchContext.of(PatchType.SERVER_SIDE_APPLY));
    return revision;
  }

  @Override
  public void close() {
    artifacts.close();
  }
}
