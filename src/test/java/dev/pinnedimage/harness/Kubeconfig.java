package dev.pinnedimage.harness;

import java.nio.file.Path;

/** A kubeconfig of one server and one bearer token. */
record Kubeconfig(String server, Path caFile, String user, String token, String namespace) {
  String yaml() {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: pinnedimage
      cluster:
        server: %s
        certificate-authority: %s
    users:
    - name: %s
      user:
        token: %s
    contexts:
    - name: pinnedimage
      context:
        cluster: pinnedimage
        user: %s
        namespace: %s
    current-context: pinnedimage
    """
        .formatted(server, caFile, user, token, user, namespace);
  }
}
