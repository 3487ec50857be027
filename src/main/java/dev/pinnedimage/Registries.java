package dev.pinnedimage;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.ConfiguredResolver;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ambient.AmbientIdentities;
import dev.pinnedimage.registry.ambient.Forms;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.lookup.EachCredential;
import dev.pinnedimage.registry.lookup.LimitedResolver;
import dev.pinnedimage.registry.lookup.Lookups;
import dev.pinnedimage.registry.lookup.MirroredResolver;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.EgressSelector;
import dev.pinnedimage.registry.wire.Transport;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The side of the operator that asks registries, put together from its configuration. */
final class Registries implements AutoCloseable {
  /** Under way at once, in all and for one host: one slow registry delays no other. */
  private static final int LOOKUPS = 64;

  private static final int LOOKUPS_PER_HOST = 8;

  private static final Set<Failure> HANGS_ON_SETTINGS =
      EnumSet.of(
          Failure.REGISTRY_NOT_ALLOWED,
          Failure.REGISTRY_UNREACHABLE,
          Failure.TLS_VERIFICATION_FAILED,
          Failure.TOKEN_REALM_REFUSED,
          Failure.REDIRECT_REFUSED,
          Failure.CREDENTIAL_HELPER_FAILED);

  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final RegistryResolver.Memory memory = new RegistryResolver.Memory();
  private final HostLimits limits;
  private final ConfiguredResolver configured;
  private final Lookups<ResourceID> lookups;

  /**
   * @param answered told who waits for an answer that has come
   */
  Registries(RegistrySettings settings, InstantSource clock, Consumer<Set<ResourceID>> answered) {
    this.clock = clock;
    this.limits = new HostLimits(clock, new Random());
    this.configured = new ConfiguredResolver(settings, this::stack);
    this.lookups =
        new Lookups<ResourceID>(
            new MirroredResolver(
                new EachCredential(new LimitedResolver(configured, LOOKUPS, LOOKUPS_PER_HOST)),
                clock),
            clock,
            new Random(),
            threads,
            answered);
  }

  /** What hangs on the configuration; what outlives a change of it is passed in. */
  private ConfiguredResolver.Stack stack(RegistrySettings settings) {
    var guard = new AddressGuard(settings, InetAddress::getAllByName);
    var transport = new Transport(settings, limits.pace());
    var forms = new Forms(guard, transport);
    var ambient = new AmbientIdentities(() -> forms, new EgressSelector(settings.egress()), clock);
    var resolver = new RegistryResolver(settings, ambient, limits, memory);
    return new ConfiguredResolver.Stack(
        resolver,
        () -> {
          resolver.close();
          transport.close();
        });
  }

  RegistrySettings settings() {
    return configured.settings();
  }

  Lookups<ResourceID> lookups() {
    return lookups;
  }

  /**
   * From now on by these; what the ones before had made fail is asked again.
   *
   * @throws InvalidSettings where they cannot be used; then those before stay
   */
  void use(RegistrySettings settings) {
    configured.use(settings);
    lookups.askAgain(HANGS_ON_SETTINGS);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
