package dev.pinnedimage;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

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
    if (refused.getCode() <= 0 && isAboutTls(refused)) {
      return new CannotStart(
          "the certificate of the API server at "
              + apiServer
              + " is not trusted: check certificate-authority in the kubeconfig");
    }
    return new CannotStart(sentence(refused, apiServer, what));
  }

  private static boolean isAboutTls(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(SSLException.class::isInstance);
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
