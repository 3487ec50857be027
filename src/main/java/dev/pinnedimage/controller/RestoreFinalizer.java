package dev.pinnedimage.controller;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.WorkloadRules;
import dev.pinnedimage.workload.ServerMessage;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;

/**
 * Keeps a PinnedImage whose deletion policy is {@code Restore}, and no other, from being gone
 * before its workloads are back at the tag. A patch names nothing but {@code metadata.finalizers},
 * and tests first what it saw there: other finalizers are not ours.
 */
public final class RestoreFinalizer {
  public static final String NAME = PinnedImage.GROUP + "/restore";

  private static final String LIST = "/metadata/finalizers";
  private static final PatchContext JSON_PATCH =
      new PatchContext.Builder()
          .withPatchType(PatchType.JSON)
          .withFieldManager(WorkloadRules.FIELD_MANAGER)
          .build();

  private final KubernetesClient client;
  private final boolean onlyReports;

  /**
   * @param onlyReports whether the operator as a whole writes to no workload, and so restores none
   */
  public RestoreFinalizer(KubernetesClient client, boolean onlyReports) {
    this.client = client;
    this.onlyReports = onlyReports;
  }

  static boolean isOn(PinnedImage pinnedImage) {
    return pinnedImage.hasFinalizer(NAME);
  }

  /** Whether this operator only reports, and restores nothing. */
  boolean isOnNone() {
    return onlyReports;
  }

  /**
   * Puts it on or takes it off, as the spec wants it.
   *
   * @return false where the object has changed meanwhile: that change comes as an event
   */
  boolean settle(PinnedImage pinnedImage) {
    if (pinnedImage.getSpec().unsupportedValue().isPresent()) {
      return true;
    }
    boolean wanted =
        pinnedImage.getSpec().restoresOnDeletion()
            && !pinnedImage.getSpec().reportsOnly()
            && !onlyReports;
    return wanted == isOn(pinnedImage) || (wanted ? putOn(pinnedImage) : takeOff(pinnedImage));
  }

  private boolean putOn(PinnedImage pinnedImage) {
    ArrayNode patch = patchOf(pinnedImage);
    List<String> others = pinnedImage.getFinalizers();
    if (others.isEmpty()) {
      operation(patch, "test", LIST).putNull("value");
      operation(patch, "add", LIST).putArray("value").add(NAME);
    } else {
      ArrayNode seen = operation(patch, "test", LIST).putArray("value");
      others.forEach(seen::add);
      operation(patch, "add", LIST + "/-").put("value", NAME);
    }
    return isTaken(pinnedImage, patch);
  }

  /**
   * @return false where the object has changed meanwhile: that change comes as an event
   */
  boolean takeOff(PinnedImage pinnedImage) {
    String path = LIST + "/" + pinnedImage.getFinalizers().indexOf(NAME);
    ArrayNode patch = patchOf(pinnedImage);
    operation(patch, "test", path).put("value", NAME);
    operation(patch, "remove", path);
    return isTaken(pinnedImage, patch);
  }

  private static ArrayNode patchOf(PinnedImage pinnedImage) {
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    operation(patch, "test", "/metadata/uid").put("value", pinnedImage.getMetadata().getUid());
    return patch;
  }

  private static ObjectNode operation(ArrayNode patch, String op, String path) {
    return patch.addObject().put("op", op).put("path", path);
  }

  private boolean isTaken(PinnedImage pinnedImage, ArrayNode patch) {
    try {
      client.resource(pinnedImage).patch(JSON_PATCH, patch.toString());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == 404 || ServerMessage.saysThatATestFailed(e)) {
        return false;
      }
      throw e;
    }
  }
}
