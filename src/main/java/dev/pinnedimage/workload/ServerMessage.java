package dev.pinnedimage.workload;

import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClientException;

/** What the API server said, without the request and the object that fabric8 adds to it. */
public final class ServerMessage {
  private static final int MAX_LENGTH = 500;

  private ServerMessage() {}

  /** At most 500 characters. */
  public static String of(KubernetesClientException e) {
    String message =
        e.getStatus() != null && e.getStatus().getMessage() != null
            ? e.getStatus().getMessage()
            : e.getCode() == 0 ? "no answer: " + e.getMessage() : "status " + e.getCode();
    return message.length() <= MAX_LENGTH ? message : message.substring(0, MAX_LENGTH) + "…";
  }

  /**
   * Whether the world moved before a JSON patch came. Measured: a 422 of the patch itself names no
   * kind, one of validation or a policy does.
   */
  public static boolean saysThatATestFailed(KubernetesClientException e) {
    Status status = e.getStatus();
    return e.getCode() == 422
        && (status == null || status.getDetails() == null || status.getDetails().getKind() == null);
  }
}
