package dev.pinnedimage.registry;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is different about one registry: an entry of {@code registries} in the operator's file, by
 * its keys there.
 *
 * @param host {@code host[:port]}, exactly as in image references
 * @param plainHttp speak HTTP without TLS; implies that its address may be private
 * @param caFile PEM certificates that are trusted for this host, instead of the system's
 * @param clientCertificate shown to this host, and to no other
 * @param allowPrivateAddresses the host may be on a loopback or private address
 * @param mirror {@code host[:port][/path]} that is asked first, by what is configured for it
 * @param aliases other hosts that serve the same content: images written with either match
 * @param requestsPerSecond to this host in all; null for the default
 * @param realmAllowed hosts that may be given this registry's credentials for a token, beyond those
 *     of its own registrable domain
 * @param ambientIdentity {@code ECR}, {@code GAR}, {@code ACR} or {@code docker-credential-NAME}:
 *     the operator's own identity at this registry
 * @param ambientNamespaces whose PinnedImages may read with it; none by default, since each of them
 *     could read all that it can
 */
public record RegistryHost(
    String host,
    boolean plainHttp,
    @Nullable Path caFile,
    @Nullable ClientCertificate clientCertificate,
    boolean allowPrivateAddresses,
    @Nullable String mirror,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> aliases,
    @Nullable Double requestsPerSecond,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> realmAllowed,
    @Nullable String ambientIdentity,
    @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
        List<String> ambientNamespaces) {

  /** PEM files; the key unencrypted, in PKCS #8. */
  public record ClientCertificate(@Nullable Path certFile, @Nullable Path keyFile) {}

  public RegistryHost {
    host = Objects.requireNonNullElse(host, "");
    aliases = aliases == null ? List.of() : List.copyOf(aliases);
    realmAllowed = realmAllowed == null ? List.of() : List.copyOf(realmAllowed);
    ambientNamespaces = ambientNamespaces == null ? List.of() : List.copyOf(ambientNamespaces);
  }

  /** A host about which nothing is configured. */
  static RegistryHost unconfigured(String host) {
    return new RegistryHost(
        host, false, null, null, false, null, List.of(), null, List.of(), null, List.of());
  }

  public boolean mayBePrivate() {
    return plainHttp || allowPrivateAddresses;
  }

  /** Whose credentials a PinnedImage of that namespace may use beside its own. */
  public Optional<String> ambientIdentityFor(String namespace) {
    return Optional.ofNullable(ambientIdentity).filter(_ -> ambientNamespaces.contains(namespace));
  }
}
