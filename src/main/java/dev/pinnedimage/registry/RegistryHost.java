package dev.pinnedimage.registry;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is different about one registry: an entry of {@code registries} in the operator's file, by
 * its keys there.
 *
 * @param host {@code host[:port]}, exactly as in image references
 * @param plainHttp speak HTTP without TLS; implies that its address may be private
 * @param caFile PEM certificates that are trusted for this host, instead of the system's
 * @param allowPrivateAddresses the host may be on a loopback or private address
 */
public record RegistryHost(
    String host, boolean plainHttp, @Nullable Path caFile, boolean allowPrivateAddresses) {

  public RegistryHost {
    host = Objects.requireNonNullElse(host, "");
  }

  /** A host about which nothing is configured. */
  static RegistryHost unconfigured(String host) {
    return new RegistryHost(host, false, null, false);
  }

  public boolean mayBePrivate() {
    return plainHttp || allowPrivateAddresses;
  }
}
