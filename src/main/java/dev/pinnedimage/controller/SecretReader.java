package dev.pinnedimage.controller;

import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.auth.DockerConfig;
import dev.pinnedimage.registry.auth.MalformedPullSecret;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads pull secrets and service accounts by name, and remembers them for a while. */
final class SecretReader {
  private static final int MAX_CACHED = 1_000;

  private final KubernetesClient client;
  private final InstantSource clock;
  private final BoundedCache<String, Read> secrets = new BoundedCache<>(MAX_CACHED);
  private final BoundedCache<String, Account> accounts = new BoundedCache<>(MAX_CACHED);

  SecretReader(KubernetesClient client, InstantSource clock) {
    this.client = client;
    this.clock = clock;
  }

  /**
   * A Secret as it was read.
   *
   * @param config null where there is no such Secret, or it is not what it should be
   * @param problem what is wrong with it
   */
  record Read(@Nullable DockerConfig config, @Nullable String problem, Instant at) {
    boolean isMissing() {
      return config == null && problem == null;
    }
  }

  private record Account(List<String> pullSecrets, Instant at) {}

  Read secret(String namespace, String name, Duration maxAge) {
    String key = namespace + "/" + name;
    Optional<Read> cached =
        secrets.get(key).filter(read -> clock.instant().isBefore(read.at().plus(maxAge)));
    if (cached.isPresent()) {
      return cached.get();
    }
    Read fresh = fetch(namespace, name);
    secrets.put(key, fresh);
    return fresh;
  }

  /** The pull secrets of a service account; none where it does not exist or is not to be read. */
  List<String> ofServiceAccount(String namespace, String name, Duration maxAge) {
    String key = namespace + "/" + name;
    Optional<Account> cached =
        accounts.get(key).filter(read -> clock.instant().isBefore(read.at().plus(maxAge)));
    if (cached.isPresent()) {
      return cached.get().pullSecrets();
    }
    Account fresh = new Account(fetchAccount(namespace, name), clock.instant());
    accounts.put(key, fresh);
    return fresh.pullSecrets();
  }

  private List<String> fetchAccount(String namespace, String name) {
    try {
      ServiceAccount account = client.serviceAccounts().inNamespace(namespace).withName(name).get();
      return account == null || account.getImagePullSecrets() == null
          ? List.of()
          : account.getImagePullSecrets().stream().map(LocalObjectReference::getName).toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return List.of();
      }
      throw e;
    }
  }

  private Read fetch(String namespace, String name) {
    Instant now = clock.instant();
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
