package dev.pinnedimage.controller;

import dev.pinnedimage.api.v1alpha1.Condition;
import dev.pinnedimage.api.v1alpha1.ConditionType;
import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.api.v1alpha1.PinnedImageSpec.SecretName;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.auth.DockerConfig;
import dev.pinnedimage.registry.auth.MalformedPullSecret;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Credentials from the Secrets that {@code spec.imagePullSecrets} names, in the PinnedImage's own
 * namespace and by name only. What was read is kept for five minutes, and for 30 seconds after the
 * registry refused it, so that a mended Secret is taken up soon.
 */
public final class PullSecrets {
  static final Duration REREAD_AFTER_FAILURE = Duration.ofSeconds(30);
  private static final Duration REREAD = Duration.ofMinutes(5);
  private static final int MAX_CACHED = 1_000;
  private static final Set<Failure> ABOUT_CREDENTIALS =
      Set.of(
          Failure.AUTHENTICATION_REQUIRED,
          Failure.CREDENTIALS_REJECTED,
          Failure.ACCESS_DENIED,
          Failure.CREDENTIALS_INVALID);

  private final KubernetesClient client;
  private final InstantSource clock;
  private final Map<String, Read> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
          return size() > MAX_CACHED;
        }
      };

  public PullSecrets(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * What to ask the registry with.
   *
   * @param problem why it must not be asked at all: a Secret that is not what it should be
   * @param missing Secrets that are named and do not exist; like the kubelet, we go on without them
   */
  record Found(Credential credential, @Nullable Unresolved problem, List<String> missing) {

    /** Names the missing Secrets where the registry would have wanted them. */
    Resolution annotate(Resolution resolution) {
      return resolution instanceof Unresolved failed
              && ABOUT_CREDENTIALS.contains(failed.reason())
              && !missing.isEmpty()
          ? new Unresolved(
              failed.reason(),
              failed.message()
                  + "; spec.imagePullSecrets names what does not exist: Secret "
                  + String.join(", ", missing),
              failed.retryAt())
          : resolution;
    }
  }

  /**
   * A Secret as it was read.
   *
   * @param config null where there is no such Secret
   */
  private record Read(@Nullable DockerConfig config, @Nullable String problem, Instant at) {}

  /** Read anew where that is asked for. */
  Found find(PinnedImage pinnedImage, ImageReference reference, boolean anew) {
    Duration maxAge = anew ? Duration.ZERO : isRefused(pinnedImage) ? REREAD_AFTER_FAILURE : REREAD;
    List<String> missing = new ArrayList<>();
    for (SecretName name : pinnedImage.getSpec().imagePullSecrets()) {
      Read read = read(pinnedImage.getMetadata().getNamespace(), name.name(), maxAge);
      if (read.config() == null && read.problem() == null) {
        missing.add(pinnedImage.getMetadata().getNamespace() + "/" + name.name());
        continue;
      }
      Optional<Found> found = found(name.name(), read, reference, missing);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return new Found(Credential.ANONYMOUS, null, missing);
  }

  private static Optional<Found> found(
      String name, Read read, ImageReference reference, List<String> missing) {
    if (read.config() == null) {
      return Optional.of(invalid(name, Optional.ofNullable(read.problem()).orElse("")));
    }
    try {
      return read.config()
          .credentialFor(reference)
          .map(credential -> new Found(credential, null, List.copyOf(missing)));
    } catch (MalformedPullSecret e) {
      return Optional.of(invalid(name, Optional.ofNullable(e.getMessage()).orElse("")));
    }
  }

  private static Found invalid(String name, String problem) {
    return new Found(
        Credential.ANONYMOUS,
        new Unresolved(
            Failure.CREDENTIALS_INVALID,
            "Secret "
                + name
                + " of spec.imagePullSecrets is not usable: "
                + problem
                + "; mend it (kubectl create secret docker-registry), it is read again every 30 s"),
        List.of());
  }

  private static boolean isRefused(PinnedImage pinnedImage) {
    return pinnedImage
        .lastStatus()
        .condition(ConditionType.Resolved)
        .map(Condition::reason)
        .filter(r -> ABOUT_CREDENTIALS.stream().anyMatch(failure -> failure.reason().equals(r)))
        .isPresent();
  }

  private Read read(String namespace, String name, Duration maxAge) {
    String key = namespace + "/" + name;
    Instant now = clock.instant();
    synchronized (cache) {
      Read cached = cache.get(key);
      if (cached != null && now.isBefore(cached.at().plus(maxAge))) {
        return cached;
      }
    }
    Read fresh = fetch(namespace, name, now);
    synchronized (cache) {
      cache.put(key, fresh);
    }
    return fresh;
  }

  private Read fetch(String namespace, String name, Instant now) {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      return secret == null ? new Read(null, null, now) : new Read(parse(secret), null, now);
    } catch (MalformedPullSecret e) {
      return new Read(null, e.getMessage(), now);
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return new Read(null, "the operator has no right to read it", now);
      }
      throw e;
    }
  }

  private static DockerConfig parse(Secret secret) {
    Map<String, String> data = Optional.ofNullable(secret.getData()).orElse(Map.of());
    String json = data.get(".dockerconfigjson");
    String legacy = data.get(".dockercfg");
    if (json != null) {
      return DockerConfig.parse(Base64.getDecoder().decode(json));
    }
    if (legacy != null) {
      return DockerConfig.parseLegacy(Base64.getDecoder().decode(legacy));
    }
    throw new MalformedPullSecret(
        "it is of type "
            + secret.getType()
            + " and not kubernetes.io/dockerconfigjson, and has no key .dockerconfigjson");
  }
}
