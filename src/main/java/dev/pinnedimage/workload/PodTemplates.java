package dev.pinnedimage.workload;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Placement;
import dev.pinnedimage.pinning.observed.Placement.Requirement;
import dev.pinnedimage.pinning.observed.Placement.Term;
import dev.pinnedimage.pinning.observed.Placement.Toleration;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.pinning.observed.Workload.PullsWith;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** From the wire's pod spec to the core's values. */
final class PodTemplates {
  private PodTemplates() {}

  static Workload workload(WorkloadKind kind, ObjectMeta meta, NarrowPodSpec spec) {
    return new Workload(
        kind.kind(),
        kind.immutable(),
        meta.getNamespace(),
        meta.getName(),
        meta.getUid(),
        Optional.ofNullable(meta.getLabels()).orElse(Map.of()),
        Optional.ofNullable(meta.getAnnotations())
            .map(annotations -> annotations.get(PinnedImage.IGNORE))
            .filter("true"::equals)
            .isPresent(),
        owner(meta).map(o -> o.getKind() + " " + o.getName()).orElse(null),
        placement(spec),
        pullsWith(spec),
        containers(spec, kind.pointer()));
  }

  /** The controller, which would undo any change. */
  static Optional<OwnerReference> owner(ObjectMeta meta) {
    return Optional.ofNullable(meta.getOwnerReferences()).stream()
        .flatMap(Collection::stream)
        .filter(reference -> Boolean.TRUE.equals(reference.getController()))
        .findFirst();
  }

  /**
   * Init containers first, as they run; image volumes last.
   *
   * @param path JSON pointer of the pod spec in its workload
   */
  static List<Container> containers(NarrowPodSpec spec, String path) {
    List<Container> containers = new ArrayList<>();
    add(containers, spec.initContainers(), path + "/initContainers/");
    add(containers, spec.containers(), path + "/containers/");
    for (int i = 0; i < spec.volumes().size(); i++) {
      NarrowPodSpec.Volume volume = spec.volumes().get(i);
      if (volume.image() != null) {
        containers.add(
            Container.imageVolume(
                volume.name(), path + "/volumes/" + i, volume.image().reference()));
      }
    }
    return containers;
  }

  private static void add(
      List<Container> to, List<NarrowPodSpec.NarrowContainer> from, String path) {
    for (int i = 0; i < from.size(); i++) {
      to.add(new Container(from.get(i).name(), path + i, from.get(i).image()));
    }
  }

  static Placement placement(NarrowPodSpec spec) {
    return new Placement(
        spec.nodeName(),
        spec.nodeSelector(),
        terms(spec.affinity()),
        spec.tolerations().stream().map(PodTemplates::toleration).toList());
  }

  /** Without a name, the API server's default counts, which older pod specs do not spell out. */
  static PullsWith pullsWith(NarrowPodSpec spec) {
    List<String> secrets = spec.imagePullSecrets().stream().map(NarrowPodSpec.Name::name).toList();
    String account = Objects.requireNonNullElse(spec.serviceAccountName(), "");
    return new PullsWith(secrets, account.isEmpty() ? "default" : account);
  }

  private static @Nullable List<Term> terms(NarrowPodSpec.@Nullable Affinity affinity) {
    return Optional.ofNullable(affinity)
        .map(NarrowPodSpec.Affinity::nodeAffinity)
        .map(NarrowPodSpec.NodeAffinity::requiredDuringSchedulingIgnoredDuringExecution)
        .map(selector -> selector.nodeSelectorTerms().stream().map(PodTemplates::term).toList())
        .orElse(null);
  }

  private static Term term(NarrowPodSpec.Term term) {
    return new Term(requirements(term.matchExpressions()), requirements(term.matchFields()));
  }

  private static List<Requirement> requirements(List<NarrowPodSpec.Expression> expressions) {
    return expressions.stream()
        .map(e -> new Requirement(e.key(), e.operator(), e.values()))
        .toList();
  }

  private static Toleration toleration(NarrowPodSpec.Toleration toleration) {
    return new Toleration(
        Objects.requireNonNullElse(toleration.key(), ""),
        Objects.requireNonNullElse(toleration.operator(), "Equal"),
        Objects.requireNonNullElse(toleration.value(), ""),
        Objects.requireNonNullElse(toleration.effect(), ""));
  }
}
