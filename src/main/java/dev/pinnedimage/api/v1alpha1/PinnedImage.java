package dev.pinnedimage.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;

/** A tag, the index digest that workloads are held to, and the process by which it moves. */
@JsonClassDescription(
    "Holds the workloads of its namespace that use an image tag to the digest of the tag's image"
        + " index, says when the tag moves upstream, and moves the pin only when its owner approves.")
@Group(PinnedImage.GROUP)
@Version("v1alpha1")
@Singular("pinnedimage")
@Plural("pinnedimages")
@ShortNames("pin")
@ValidationRule(
    value = "has(self.spec) && has(self.spec.image)",
    message =
        "spec.image is required: write a tagged reference, such as docker.io/library/nginx:1.27")
@AdditionalPrinterColumn(name = "Image", jsonPath = ".spec.image")
@AdditionalPrinterColumn(name = "Pinned", jsonPath = ".status.pinned.shortDigest")
@AdditionalPrinterColumn(
    name = "Tag Moved",
    jsonPath = ".status.conditions[?(@.type==\"TagMoved\")].status")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Workloads", jsonPath = ".status.workloads.summary")
@AdditionalPrinterColumn(name = "Upstream", jsonPath = ".status.upstream.shortDigest", priority = 1)
@AdditionalPrinterColumn(name = "Policy", jsonPath = ".spec.update.policy", priority = 1)
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public final class PinnedImage extends CustomResource<PinnedImageSpec, PinnedImageStatus>
    implements Namespaced {
  public static final String GROUP = "pinnedimage.dev";

  /** On a PinnedImage: a new value means "check upstream now, and take up what was given up". */
  public static final String REQUESTED_AT = GROUP + "/requestedAt";

  /** On a workload: exactly {@code "true"} keeps the operator's hands off it. */
  public static final String IGNORE = GROUP + "/ignore";

  private static final long serialVersionUID = 1L;

  /** {@code namespace/name}, as people write it. */
  public String key() {
    return getMetadata().getNamespace() + "/" + getMetadata().getName();
  }

  /** The value of the look-now annotation; empty where there is none. */
  public String requestedAt() {
    return Optional.ofNullable(getMetadata().getAnnotations())
        .map(annotations -> annotations.get(REQUESTED_AT))
        .orElse("");
  }

  /** What the last reconciliation wrote; empty before the first, and after somebody wiped it. */
  public PinnedImageStatus lastStatus() {
    return Optional.ofNullable(getStatus()).orElse(PinnedImageStatus.EMPTY);
  }
}
