package dev.pinnedimage.workload;

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
}
