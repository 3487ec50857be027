package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What connections to registries may find behind a name; bound to the threads that open them, where
 * {@link GuardedNames} asks for it.
 */
final class AddressFilter {
  private static final ScopedValue<AddressFilter> OF_THREAD = ScopedValue.newInstance();

  private final RegistrySettings settings;
  private volatile @Nullable AddressKind refused;

  AddressFilter(RegistrySettings settings) {
    this.settings = settings;
  }

  /** What connects. */
  @FunctionalInterface
  interface Connecting<T> {
    T call() throws IOException, InterruptedException;
  }

  /** Every look-up of a name in there goes through this filter. */
  <T> T call(Connecting<T> connecting) throws IOException, InterruptedException {
    try {
      return ScopedValue.where(OF_THREAD, this).call(connecting::call);
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("throws what it does not declare", e);
    }
  }

  /** Repeats of a request are made on the client's own threads: they are filtered alike. */
  static Executor filtering(Executor executor, RegistrySettings settings) {
    return task -> {
      AddressFilter filter = OF_THREAD.orElse(new AddressFilter(settings));
      executor.execute(() -> ScopedValue.where(OF_THREAD, filter).run(task));
    };
  }

  /** The kind of address that a connection within {@link #call} was kept from. */
  Optional<AddressKind> refused() {
    return Optional.ofNullable(refused);
  }

  /**
   * All addresses, or an error where one of them is not allowed; outside of {@link #call} all.
   *
   * @throws UnknownHostException since whoever connects has no other word for it
   */
  static List<InetAddress> filter(String host, List<InetAddress> found)
      throws UnknownHostException {
    if (OF_THREAD.isBound()) {
      OF_THREAD.get().check(host, found);
    }
    return found;
  }

  private void check(String host, List<InetAddress> found) throws UnknownHostException {
    if (settings.egress().isServer(host)) {
      return;
    }
    AddressKind worst = AddressKind.worstOf(found);
    if (worst == AddressKind.PUBLIC || (worst == AddressKind.PRIVATE && mayBePrivate(host))) {
      return;
    }
    refused = worst;
    throw new UnknownHostException("an address of the registry's host is not allowed");
  }

  /** On any port: the exact one was checked before, by {@link AddressGuard}. */
  private boolean mayBePrivate(String host) {
    String wanted = RegistrySettings.canonical(host.toLowerCase(Locale.ROOT));
    return settings.hosts().stream()
        .filter(RegistryHost::mayBePrivate)
        .map(entry -> AddressGuard.host(entry.host().toLowerCase(Locale.ROOT)))
        .anyMatch(configured -> RegistrySettings.canonical(configured).equals(wanted));
  }
}
