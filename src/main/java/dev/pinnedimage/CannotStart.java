package dev.pinnedimage;

import io.fabric8.kubernetes.client.KubernetesClientException;

/** Why the operator cannot start, as one sentence that says what to do. */
final class CannotStart extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotStart(String sentence) {
    super(sentence);
  }

  /** What a failed first request to the API server means. */
  static CannotStart because(Throwable failure, String apiServer, String what) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof KubernetesClientException)) {
      cause = cause.getCause();
    }
    if (!(cause instanceof KubernetesClientException refused)) {
      return new CannotStart("cannot list " + what + ": " + failure.getMessage());
    }
    return new CannotStart(sentence(refused, apiServer, what));
  }

  private static String sentence(KubernetesClientException refused, String apiServer, String what) {
    if (refused.getCode() <= 0) {
      return "cannot reach the API server at "
          + apiServer
          + ": check KUBECONFIG and that the cluster is up";
    }
    return switch (refused.getCode()) {
      case 401 ->
          "the API server at "
              + apiServer
              + " does not accept the credentials: renew those of the kubeconfig";
      case 403 ->
          "no right to list "
              + what
              + ": apply deploy/install.yaml, and run with the service account"
              + " pinnedimage-system/pinnedimage-operator";
      case 404 ->
          "the API server at "
              + apiServer
              + " does not know "
              + what
              + ": apply crds/pinnedimages.pinnedimage.dev-v1.yml";
      default ->
          "the API server at "
              + apiServer
              + " refused to list "
              + what
              + " with status "
              + refused.getCode()
              + ": see its log";
    };
  }
}
