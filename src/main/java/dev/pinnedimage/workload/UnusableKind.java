package dev.pinnedimage.workload;

/**
 * Why a kind that the configuration names cannot be pinned, as one sentence that says what to do.
 */
public final class UnusableKind extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnusableKind(String sentence) {
    super("workloadKinds: " + sentence);
  }
}
