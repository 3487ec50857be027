package dev.pinnedimage.pinning;

import java.util.List;

/** What came of one {@link Edit}. */
public sealed interface Outcome {
  String uid();

  /**
   * The API server took the patch, or the workload turned out to need none.
   *
   * @param verdicts the workload's, as it is now
   */
  record Written(String uid, List<Verdict> verdicts) implements Outcome {
    public Written {
      verdicts = List.copyOf(verdicts);
    }
  }

  /** The API server refused it for a reason of its own: validation, a policy, a missing right. */
  record Refused(String uid, String message) implements Outcome {}

  /** The workload changed again and again between being read and being patched. */
  record Contended(String uid) implements Outcome {}

  /** The admission policy has not rewritten it, though it should have; it is tried again. */
  record NotRewritten(String uid) implements Outcome {}

  /** The API server (or a webhook of it) failed; it is tried again. */
  record Failed(String uid, String message) implements Outcome {}

  /** The workload is gone. */
  record Gone(String uid) implements Outcome {}
}
