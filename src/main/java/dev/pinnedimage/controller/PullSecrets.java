package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec.SecretName;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.auth.MalformedPullSecret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from pull secrets of the PinnedImage's own namespace, by name only: those that {@code
 * spec.imagePullSecrets} names; where none of them is for the registry, those that the pods of the
 * matched workloads pull with, by the kubelet's rules. What was read is kept for five minutes, and
 * for 30 seconds after the registry refused it, so that a mended Secret is taken up soon.
 */
public final class PullSecrets {
  static final Duration REREAD_AFTER_FAILURE = Duration.ofSeconds(30);
  private static final Duration REREAD = Duration.ofMinutes(5);

  /** Of the credentials for one registry; a kubelet has no bound, a tenant needs one. */
  private static final int MAX_CREDENTIALS = 8;

  private static final int MAX_WORKLOADS = 20;
  private static final Set<Failure> ABOUT_CREDENTIALS =
      Set.of(
          Failure.AUTHENTICATION_REQUIRED,
          Failure.CREDENTIALS_REJECTED,
          Failure.ACCESS_DENIED,
          Failure.CREDENTIALS_INVALID);

  private final SecretReader reader;

  public PullSecrets(KubernetesClient client, InstantSource clock) {
    this.reader = new SecretReader(client, clock);
  }

  /**
   * What to ask the registry with.
   *
   * @param credentials those that may be right, in the order in which they are tried
   * @param problem why it must not be asked at all: a Secret that is not what it should be
   * @param useless Secrets that are named and do not help, and why; like the kubelet, we go on
   *     without them
   */
  record Found(List<Credential> credentials, @Nullable Unresolved problem, List<String> useless) {

    Optional<Credential> credential() {
      return switch (credentials.size()) {
        case 0 -> Optional.empty();
        case 1 -> Optional.of(credentials.getFirst());
        default -> Optional.of(new Credential.Several(credentials));
      };
    }

    /** Names the Secrets that do not help where the registry would have wanted one. */
    Resolution annotate(Resolution resolution) {
      return resolution instanceof Unresolved failed
              && ABOUT_CREDENTIALS.contains(failed.reason())
              && !useless.isEmpty()
          ? new Unresolved(
              failed.reason(),
              failed.message() + "; " + String.join(", ", useless),
              failed.retryAt())
          : resolution;
    }
  }

  /** A Secret's name, and who names it. */
  private record Named(String name, String by) {}

  /** Where one PinnedImage's Secrets are read, and how old they may be. */
  private record Scope(String namespace, ImageReference reference, Duration maxAge) {}

  /**
   * @param workloads those that the PinnedImage matches
   * @param anew where what was read before must not be used
   */
  Found find(
      PinnedImage pinnedImage, List<Workload> workloads, ImageReference reference, boolean anew) {
    Duration maxAge = anew ? Duration.ZERO : isRefused(pinnedImage) ? REREAD_AFTER_FAILURE : REREAD;
    Scope scope = new Scope(pinnedImage.getMetadata().getNamespace(), reference, maxAge);
    Found declared =
        find(
            scope,
            pinnedImage.getSpec().imagePullSecrets().stream()
                .map(SecretName::name)
                .map(name -> new Named(name, "spec.imagePullSecrets")));
    if (declared.problem() != null || !declared.credentials().isEmpty()) {
      return declared;
    }
    Found ofPods = find(scope, workloads.stream().limit(MAX_WORKLOADS).flatMap(w -> of(w, scope)));
    List<String> useless =
        Stream.concat(declared.useless().stream(), ofPods.useless().stream()).toList();
    return new Found(ofPods.credentials(), ofPods.problem(), useless);
  }

  /** As the API server fills in a pod: the service account's only where the template has none. */
  private Stream<Named> of(Workload workload, Scope scope) {
    Workload.PullsWith pulls = workload.pullsWith();
    return pulls.secrets().isEmpty()
        ? reader
            .ofServiceAccount(scope.namespace(), pulls.serviceAccount(), scope.maxAge())
            .stream()
            .map(name -> new Named(name, "service account " + pulls.serviceAccount()))
        : pulls.secrets().stream()
            .map(name -> new Named(name, workload.kind() + " " + workload.name()));
  }

  private Found find(Scope scope, Stream<Named> names) {
    Set<Credential> found = new LinkedHashSet<>();
    List<String> useless = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (Named named : names.filter(candidate -> seen.add(candidate.name())).toList()) {
      SecretReader.Read read = reader.secret(scope.namespace(), named.name(), scope.maxAge());
      try {
        List<Credential> credentials =
            read.isMissing() ? List.of() : credentials(read, scope.reference());
        found.addAll(credentials);
        if (credentials.isEmpty()) {
          useless.add(useless(named, read, scope));
        }
      } catch (MalformedPullSecret e) {
        return new Found(List.of(), invalid(named, e), List.of());
      }
    }
    return new Found(found.stream().limit(MAX_CREDENTIALS).toList(), null, List.copyOf(useless));
  }

  private static String useless(Named named, SecretReader.Read read, Scope scope) {
    return "Secret %s/%s of %s %s"
        .formatted(
            scope.namespace(),
            named.name(),
            named.by(),
            read.isMissing()
                ? "does not exist"
                : "has no credentials for " + scope.reference().registry());
  }

  private static List<Credential> credentials(SecretReader.Read read, ImageReference reference) {
    if (read.config() == null) {
      throw new MalformedPullSecret(Optional.ofNullable(read.problem()).orElse(""));
    }
    return read.config().credentialsFor(reference);
  }

  private static Unresolved invalid(Named named, MalformedPullSecret problem) {
    return new Unresolved(
        Failure.CREDENTIALS_INVALID,
        "Secret "
            + named.name()
            + " of "
            + named.by()
            + " is not usable: "
            + problem.getMessage()
            + "; mend it (kubectl create secret docker-registry)");
  }

  private static boolean isRefused(PinnedImage pinnedImage) {
    return pinnedImage
        .lastStatus()
        .condition(ConditionType.Resolved)
        .map(Condition::reason)
        .filter(r -> ABOUT_CREDENTIALS.stream().anyMatch(failure -> failure.reason().equals(r)))
        .isPresent();
  }
}
