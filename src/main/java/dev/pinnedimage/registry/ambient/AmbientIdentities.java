package dev.pinnedimage.registry.ambient;

import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.CloudRegistry;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.net.ProxySelector;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The operator's identities by {@code ambientIdentity} and host. There are as many as the
 * configuration names, however tenants spell a host, so none is ever forgotten.
 */
public final class AmbientIdentities implements AmbientIdentity {
  /** Shorter than that of the exchange which waits for it, or that one would blame the registry. */
  private static final Duration DEADLINE = Duration.ofSeconds(8);

  private final Function<String, Identity> identities;
  private final Duration deadline;
  private final InstantSource clock;
  private final Map<Credential.Ambient, SharedCredential> shared = new ConcurrentHashMap<>();

  /**
   * @param forms by the settings of the moment, for clouds without a library
   * @param proxies for the clouds' libraries
   */
  public AmbientIdentities(Supplier<Forms> forms, ProxySelector proxies, InstantSource clock) {
    this(byName(forms, proxies, clock), DEADLINE, clock);
  }

  AmbientIdentities(Function<String, Identity> identities, Duration deadline, InstantSource clock) {
    this.identities = identities;
    this.deadline = deadline;
    this.clock = clock;
  }

  /** Only here is a cloud's class, and with it the cloud's library, loaded. */
  static Function<String, Identity> byName(
      Supplier<Forms> forms, ProxySelector proxies, InstantSource clock) {
    Map<String, String> environment = System.getenv();
    UnaryOperator<String> https = host -> "https://" + host;
    return identity ->
        switch (CloudRegistry.named(identity).orElse(null)) {
          case ECR -> new EcrIdentity(environment, new Connections(proxies));
          case GAR -> new GarIdentity(new Connections(proxies), clock);
          case ACR -> new AcrIdentity(environment, https, forms.get(), clock);
          case null -> new CredentialProgram(identity, environment, clock);
        };
  }

  @Override
  public Credential credential(Credential.Ambient ambient) throws Refusal {
    String host = ambient.host().toLowerCase(Locale.ROOT).replaceFirst(":443$", "");
    return shared
        .computeIfAbsent(new Credential.Ambient(ambient.identity(), host), this::share)
        .get();
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
