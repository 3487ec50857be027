package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.List;
import java.util.Optional;

/**
 * What is to be written into a workload; asked again where it changed between being seen and being
 * patched.
 */
public sealed interface EditRules permits WorkloadRules, RestoreRules {
  PinnedImage pinnedImage();

  List<Verdict> verdicts(Workload workload);

  /** All writes to the workload as one; empty where nothing is to be written. */
  Optional<Edit> edit(Workload workload);

  /** What has been done to a workload once it is written, for the log: "wrote the pin into". */
  String deed();
}
