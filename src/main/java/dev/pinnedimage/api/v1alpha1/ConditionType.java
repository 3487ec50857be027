package dev.pinnedimage.api.v1alpha1;

/** The facts that a PinnedImage reports, in the order in which they are listed. */
public enum ConditionType {
  /**
   * There is a pin, it covers its platforms, and every matched workload carries it. Neither a moved
   * tag nor a registry that is down changes that.
   */
  Ready,
  /** The registry answered, and the answer is understood. */
  Resolved,
  /** Every required platform is in the index: the pinned one, or upstream's while nothing is. */
  PlatformsCovered,
  /** Upstream points at another digest than the pin. */
  TagMoved,
  /** Every matched container carries the pin. */
  WorkloadsPinned,
  /** Present only when True: nothing will change until a person acts. */
  Stalled
}
