package dev.pinnedimage.pinning;

import dev.pinnedimage.api.v1alpha1.PinnedImageStatus.Contest;
import dev.pinnedimage.pinning.observed.Admission;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.Optional;

/**
 * What ends a fight over an image, by the field manager of the other side. The names are those
 * under which the tools write: kustomize-controller and helm-controller (Flux), argocd-controller
 * and argocd-application-controller, helm, kubectl and kubectl-client-side-apply.
 */
final class Remedies {
  private static final String INSTALL =
      "install the admission policy where the cluster has it (Kubernetes 1.36 or newer): kubectl"
          + " apply --server-side -f deploy/admission.yaml";
  private static final String TELL_APART =
      "tell this PinnedImage apart from the older ones for the same image by spec.workloadSelector,"
          + " for the admission policy rewrites for one only";

  private static final String UNLABEL =
      "take the labels "
          + String.join(" and ", Admission.LABELS_LEFT_OUT)
          + " off the workload, for the admission policy leaves out what has one";

  private Remedies() {}

  /**
   * @param image with the pin, as it would be written
   */
  static String against(Workload workload, Contest contest, Admission admission, String image) {
    String policy = policy(workload, admission);
    String manager = contest.manager();
    if (manager.equals("helm-controller")) {
      return policy + "; or set the image in the HelmRelease's values to " + image;
    }
    if (isFlux(manager)) {
      return policy + "; or set the image in git to " + image + ", and spec.digest to its digest";
    }
    if (manager.startsWith("argocd")) {
      return policy
          + "; with it, annotate the Application with argocd.argoproj.io/compare-options:"
          + " ServerSideDiff=true; or set the image in git to "
          + image
          + ", and spec.digest to its digest";
    }
    if (manager.equals("helm")) {
      return policy + "; or set the image in the chart's values to " + image;
    }
    if (manager.startsWith("kubectl")) {
      return "set the image in the manifest to " + image + "; or " + policy + forced(contest);
    }
    return policy + "; or have " + manager + " write " + image + forced(contest);
  }

  private static boolean isFlux(String manager) {
    return manager.equals("kustomize-controller")
        || manager.startsWith("flux")
        || manager.startsWith("gotk");
  }

  /** What would have the API server write the pin: nobody could set it back. */
  private static String policy(Workload workload, Admission admission) {
    if (admission.rewrites(workload)) {
      return TELL_APART;
    }
    if (admission.kinds().contains(workload.kind())) {
      return UNLABEL;
    }
    return Optional.ofNullable(admission.problem())
        .orElseGet(() -> admission.kinds().isEmpty() ? INSTALL : cover(workload.kind()));
  }

  private static String cover(String kind) {
    return "have the admission policy cover "
        + kind
        + ", by installing what the operator prints with admission --config FILE";
  }

  /** A server-side apply cannot take a field from us unless it is told to. */
  private static String forced(Contest contest) {
    return contest.operation().equals("Apply")
        ? "; without --force-conflicts the API server would refuse to set it back"
        : "";
  }
}
