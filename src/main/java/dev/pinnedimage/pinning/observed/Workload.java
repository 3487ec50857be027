package dev.pinnedimage.pinning.observed;

import static dev.pinnedimage.image.ImageReference.spelledName;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object with a pod template, as far as pinning needs it.
 *
 * @param immutable whether its pod template is fixed once it exists, as a Job's is
 * @param owner kind and name of the controller that owns it, which would undo any change
 * @param ignored whether it carries the ignore annotation
 * @param pullsWith what its pods show to a registry
 */
public record Workload(
    String kind,
    boolean immutable,
    String namespace,
    String name,
    String uid,
    Map<String, String> labels,
    boolean ignored,
    @Nullable String owner,
    Placement placement,
    PullsWith pullsWith,
    List<Container> containers) {

  /**
   * What a pod pulls images with.
   *
   * @param secrets names of pull secrets; where there are none, those of the service account count
   */
  public record PullsWith(List<String> secrets, String serviceAccount) {
    public static final PullsWith DEFAULT = new PullsWith(List.of(), "default");

    public PullsWith {
      secrets = List.copyOf(secrets);
    }
  }

  public Workload {
    labels = Map.copyOf(labels);
    containers = List.copyOf(containers);
  }

  /** Images that mean something else by an alias still do in a later state of the workload. */
  public Workload readAs(Workload before) {
    Map<String, String> meanings = new HashMap<>();
    for (Container known : before.containers()) {
      meanings.put(spelledName(known.image()), spelledName(known.meaning()));
    }
    return withContainers(containers.stream().map(now -> now.readBy(meanings)).toList());
  }

  public Workload withContainers(List<Container> changed) {
    return new Workload(
        kind, immutable, namespace, name, uid, labels, ignored, owner, placement, pullsWith,
        changed);
  }
}
