package dev.pinnedimage.api.v1alpha1;

/**
 * The reasons of conditions, exactly as they are written. What a registry can do wrong has reasons
 * of its own: {@code dev.pinnedimage.image.Failure}.
 */
public enum Reason {
  /** Ready: the pin covers its platforms and every matched workload carries it. */
  Pinned,
  /** Ready, WorkloadsPinned: there is a pin, and no workload uses the image. */
  NoWorkloads,
  /** Ready: look-ups and moves of the pin are stopped by spec.suspend. */
  Suspended,
  /** Resolved: the registry answered, and the answer is understood. */
  Resolved,
  /** PlatformsCovered: the index carries every required platform. */
  Covered,
  /** PlatformsCovered: a platform is missing, and spec.platformPolicy is Warn. */
  PolicyWarn,
  /** PlatformsCovered: the index lacks a platform that is required. */
  PlatformMissing,
  /** PlatformsCovered: there is one platform only, and spec.singlePlatform is Reject. */
  NotMultiArch,
  /** PlatformsCovered: neither spec.platforms nor a node tells what is required. */
  PlatformUnknown,
  /** TagMoved: the tag points at the pin. */
  UpToDate,
  /** TagMoved: the tag points elsewhere, and the owner has not approved that. */
  AwaitingApproval,
  /** TagMoved: the tag points at something that would not be pinned. */
  CandidateRejected,
  /** TagMoved: the tag is gone from the registry. */
  TagDeleted,
  /** WorkloadsPinned: every matched container carries the pin. */
  AllPinned,
  /** WorkloadsPinned: patches are under way. */
  Patching,
  /** WorkloadsPinned: the API server refused a patch. */
  PatchRejected,
  /**
   * WorkloadsPinned: somebody sets an image back to the tag time and again; not written any more.
   */
  Contested,
  /** WorkloadsPinned: an older PinnedImage claims the image of the same workload. */
  Conflict,
  /** WorkloadsPinned: a person wrote another digest, which is left alone. */
  PinnedByUser,
  /** WorkloadsPinned: a person went back to an earlier pin, which is left alone. */
  RolledBackByUser,
  /** WorkloadsPinned: spec.mode is Report, so workloads are not written. */
  ReportOnly,
  /** WorkloadsPinned: a workload belongs to a controller that would undo a change. */
  Owned,
  /** Ready, Stalled: a field has a value that this version of the operator does not know. */
  UnsupportedValue
}
