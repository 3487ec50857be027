package dev.pinnedimage.admission;

/** What became of {@code deploy/admission.yaml} in a cluster. */
public enum PolicyState {
  /** Installed, current, and as far as is known it rewrites. */
  Effective,
  /** The cluster serves no MutatingAdmissionPolicy of version v1: it is older than 1.36. */
  NotServed,
  /** The operator has no right to read it. */
  NotReadable,
  /** There is none. */
  NotInstalled,
  /** There is a policy and no binding, so that it applies to nothing. */
  NotBound,
  /** Of an older version of the operator. */
  Outdated,
  /** Of a newer version of the operator. */
  Newer,
  /** Policy or binding are not what this version of the operator installs. */
  Edited,
  /** All is in place, and requests come back without the pin all the same. */
  WithoutEffect;

  /** Whether there is something to mend: a cluster without the policy is a choice. */
  boolean isTrouble() {
    return switch (this) {
      case Effective, NotServed, NotInstalled -> false;
      default -> true;
    };
  }
}
