package dev.pinnedimage.workload;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The part of a pod spec that decides which image runs where. */
@JsonIgnoreProperties(ignoreUnknown = true)
record NarrowPodSpec(
    List<NarrowContainer> initContainers,
    List<NarrowContainer> containers,
    List<Volume> volumes,
    @Nullable String nodeName,
    Map<String, String> nodeSelector,
    @Nullable Affinity affinity,
    List<Toleration> tolerations,
    List<Name> imagePullSecrets,
    @Nullable String serviceAccountName) {
  static final NarrowPodSpec EMPTY =
      new NarrowPodSpec(
          List.of(), List.of(), List.of(), null, Map.of(), null, List.of(), List.of(), null);

  NarrowPodSpec {
    initContainers = filled(initContainers, new NarrowContainer("", ""));
    containers = filled(containers, new NarrowContainer("", ""));
    volumes = filled(volumes, new Volume("", null));
    nodeSelector = Objects.requireNonNullElse(nodeSelector, Map.of());
    tolerations = Objects.requireNonNullElse(tolerations, List.of());
    imagePullSecrets = Objects.requireNonNullElse(imagePullSecrets, List.of());
  }

  /** Where no schema forbids it, an entry may be null; the others keep their places. */
  private static <T> List<T> filled(@Nullable List<@Nullable T> entries, T nothing) {
    return Objects.requireNonNullElse(entries, List.<@Nullable T>of()).stream()
        .map(entry -> Objects.requireNonNullElse(entry, nothing))
        .toList();
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Name(String name) {
    Name {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record NarrowContainer(String name, String image) {
    NarrowContainer {
      name = Objects.requireNonNullElse(name, "");
      image = Objects.requireNonNullElse(image, "");
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Volume(String name, @Nullable VolumeImage image) {
    Volume {
      name = Objects.requireNonNullElse(name, "");
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record VolumeImage(String reference) {
    VolumeImage {
      reference = Objects.requireNonNullElse(reference, "");
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Toleration(
      @Nullable String key,
      @Nullable String operator,
      @Nullable String value,
      @Nullable String effect) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Affinity(@Nullable NodeAffinity nodeAffinity) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record NodeAffinity(@Nullable NodeSelector requiredDuringSchedulingIgnoredDuringExecution) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  record NodeSelector(List<Term> nodeSelectorTerms) {
    NodeSelector {
      nodeSelectorTerms = Objects.requireNonNullElse(nodeSelectorTerms, List.of());
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Term(List<Expression> matchExpressions, List<Expression> matchFields) {
    Term {
      matchExpressions = Objects.requireNonNullElse(matchExpressions, List.of());
      matchFields = Objects.requireNonNullElse(matchFields, List.of());
    }
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record Expression(String key, String operator, List<String> values) {
    Expression {
      values = Objects.requireNonNullElse(values, List.of());
    }
  }
}
