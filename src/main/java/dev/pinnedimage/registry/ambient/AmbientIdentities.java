package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.CloudRegistry;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.wire.AddressGuard;
import java.net.ProxySelector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The operator's identities by {@code ambientIdentity} and host. There are as many as the
 * configuration names, so none is ever forgotten.
 */
public final class AmbientIdentities implements AmbientIdentity {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  private final Function<String, Identity> identities;
  private final Duration deadline;
  private final InstantSource clock;
  private final Map<Credential.Ambient, SharedCredential> shared = new ConcurrentHashMap<>();

  /**
   * @param guard of registries' addresses, which holds for their token endpoints too
   * @param proxies for everything that is asked over the network, clouds included
   */
  public AmbientIdentities(AddressGuard guard, ProxySelector proxies, InstantSource clock) {
    this(byName(guard, proxies, clock), DEADLINE, clock);
  }

  AmbientIdentities(Function<String, Identity> identities, Duration deadline, InstantSource clock) {
    this.identities = identities;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** Only here is a cloud's class, and with it the cloud's library, loaded. */
  private static Function<String, Identity> byName(
      AddressGuard guard, ProxySelector proxies, InstantSource clock) {
    Map<String, String> environment = System.getenv();
    UnaryOperator<String> https = host -> "https://" + host;
    return identity ->
        switch (CloudRegistry.named(identity).orElse(null)) {
          case ECR -> new EcrIdentity(environment, new Connections(proxies));
          case GAR -> new GarIdentity(new Connections(proxies), clock);
          case ACR -> new AcrIdentity(environment, https, new Forms(guard, proxies), clock);
          case null -> new CredentialProgram(identity, environment, clock);
        };
  }

  @Override
  public Credential credential(Credential.Ambient ambient) throws Refusal {
    return shared.computeIfAbsent(ambient, this::share).get();
  }

  private SharedCredential share(Credential.Ambient ambient) {
    String name = "the operator's identity %s at %s".formatted(ambient.identity(), ambient.host());
    return new SharedCredential(name, () -> acquire(ambient), deadline, clock);
  }

  private Acquired acquire(Credential.Ambient ambient) throws Exception {
    var cloud = CloudRegistry.named(ambient.identity());
    if (cloud.isPresent() && cloud.get().registry(ambient.host()).isEmpty()) {
      throw Failures.because(
          "%s is no host of %s, so the operator's identity is not shown to it",
          Refusal.printable(ambient.host()), cloud.get());
    }
    return identities.apply(ambient.identity()).acquire(ambient.host());
  }
}
