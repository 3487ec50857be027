package dev.pinnedimage.workload;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A kind beside the built-in ones, as the operator's configuration names it.
 *
 * @param podSpec dotted path of the pod spec in its objects
 */
public record FurtherKind(String apiVersion, String kind, String podSpec) {
  private static final Pattern API_VERSION = Pattern.compile("([-a-z0-9.]+/)?v[a-z0-9]+");
  private static final Pattern KIND = Pattern.compile("[A-Z][A-Za-z0-9]*");
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z_][-A-Za-z0-9_]*(\\.[A-Za-z_][-A-Za-z0-9_]*)*");

  public FurtherKind {
    apiVersion = Objects.requireNonNullElse(apiVersion, "");
    kind = Objects.requireNonNullElse(kind, "");
    podSpec = Objects.requireNonNullElse(podSpec, "spec.template.spec");
  }

  /**
   * What can be told without a cluster.
   *
   * @throws UnusableKind for the first that cannot be meant
   */
  public static void check(List<FurtherKind> further) {
    Set<String> names = new HashSet<>();
    for (FurtherKind kind : further) {
      kind.check();
      if (!names.add(kind.kind)) {
        throw new UnusableKind(
            kind.kind + " stands there twice, and status tells kinds apart by that name alone");
      }
    }
  }

  private void check() {
    if (!API_VERSION.matcher(apiVersion).matches() || !KIND.matcher(kind).matches()) {
      throw new UnusableKind(
          "every entry needs apiVersion and kind, such as argoproj.io/v1alpha1 and Rollout, and not"
              + (" \"" + apiVersion + "\" and \"" + kind + "\""));
    }
    if (!PATH.matcher(podSpec).matches()) {
      throw new UnusableKind(
          "podSpec \"" + podSpec + "\" of " + kind + " is no path such as spec.template.spec");
    }
    builtIn()
        .ifPresent(known -> {
          throw new UnusableKind(
              known.group().equals(group())
                  ? this + " is built in: remove the entry"
                  : this
                      + " has the name of a built-in kind, and status tells kinds apart by that name"
                      + " alone: remove the entry");
        });
  }

  private Optional<WorkloadKind> builtIn() {
    return WorkloadKinds.BUILT_IN.all().stream()
        .filter(known -> known.kind().equals(kind))
        .findFirst();
  }

  /** Empty for the core group. */
  String group() {
    return apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
  }

  String version() {
    return apiVersion.substring(apiVersion.indexOf('/') + 1);
  }

  /** The kind and where it is from. */
  @Override
  public String toString() {
    return kind + " of " + apiVersion;
  }
}
