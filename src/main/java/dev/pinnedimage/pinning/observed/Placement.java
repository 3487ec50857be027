package dev.pinnedimage.pinning.observed;

import dev.pinnedimage.pinning.observed.Node.Taint;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a pod template may run: the hard rules of the scheduler that depend on the node alone
 * (nodeName, nodeSelector, required node affinity, taints).
 *
 * @param terms required node affinity: one of them must hold; null where there is none
 */
public record Placement(
    @Nullable String nodeName,
    Map<String, String> nodeSelector,
    @Nullable List<Term> terms,
    List<Toleration> tolerations) {
  public static final Placement ANYWHERE = new Placement(null, Map.of(), null, List.of());

  public Placement {
    nodeSelector = Map.copyOf(nodeSelector);
    terms = terms == null ? null : List.copyOf(terms);
    tolerations = List.copyOf(tolerations);
  }

  /** Whether the scheduler could put a pod on the node; what is merely busy or full counts. */
  public boolean admits(Node node) {
    if (nodeName != null) {
      return nodeName.equals(node.name());
    }
    return !node.unschedulable()
        && node.labels().entrySet().containsAll(nodeSelector.entrySet())
        && (terms == null || terms.stream().anyMatch(term -> term.holds(node)))
        && node.taints().stream().allMatch(this::tolerates);
  }

  private boolean tolerates(Taint taint) {
    return taint.isTransient() || tolerations.stream().anyMatch(t -> t.covers(taint));
  }

  /** A nodeSelectorTerm: all of it must hold; one without any requirement holds nowhere. */
  public record Term(List<Requirement> labels, List<Requirement> fields) {
    public Term {
      labels = List.copyOf(labels);
      fields = List.copyOf(fields);
    }

    boolean holds(Node node) {
      Map<String, String> nodeFields = Map.of("metadata.name", node.name());
      return !(labels.isEmpty() && fields.isEmpty())
          && labels.stream().allMatch(requirement -> requirement.holds(node.labels()))
          && fields.stream().allMatch(requirement -> requirement.holds(nodeFields));
    }
  }

  /** A nodeSelectorRequirement; an operator that we do not know holds nowhere. */
  public record Requirement(String key, String operator, List<String> values) {
    public Requirement {
      values = List.copyOf(values);
    }

    boolean holds(Map<String, String> facts) {
      String fact = facts.get(key);
      return switch (operator) {
        case "In" -> fact != null && values.contains(fact);
        case "NotIn" -> fact == null || !values.contains(fact);
        case "Exists" -> fact != null;
        case "DoesNotExist" -> fact == null;
        case "Gt" -> compare(fact) > 0;
        case "Lt" -> compare(fact) < 0;
        default -> false;
      };
    }

    /** 0, which satisfies neither Gt nor Lt, where there are no two numbers. */
    private int compare(@Nullable String fact) {
      try {
        return fact == null || values.size() != 1
            ? 0
            : Long.compare(Long.parseLong(fact), Long.parseLong(values.getFirst()));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }

  /** An empty key with the operator Exists covers every taint; an empty effect, every effect. */
  public record Toleration(String key, String operator, String value, String effect) {
    boolean covers(Taint taint) {
      boolean exists = operator.equals("Exists");
      return (effect.isEmpty() || effect.equals(taint.effect()))
          && (key.equals(taint.key()) || (key.isEmpty() && exists))
          && (exists || value.equals(taint.value()));
    }
  }
}
