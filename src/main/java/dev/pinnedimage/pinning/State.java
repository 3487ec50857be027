package dev.pinnedimage.pinning;

/** What is the matter with one container: {@code status.workloads.items[].state}. */
public enum State {
  /** The API server refused the patch. */
  Rejected,
  /** Somebody set the image back to the tag time and again; the pin is not written any more. */
  Contested,
  /** The pin is not written yet. */
  Pending,
  /** A person went back to an earlier pin. */
  RolledBackByUser,
  /** A person wrote a digest of their own. */
  PinnedByUser,
  /** A controller owns the workload and would undo a change. */
  Owned,
  /** {@code spec.mode: Report}. */
  ReportOnly,
  /** The workload carries the ignore annotation. */
  Ignored,
  /** The container carries the pin. */
  Pinned
}
