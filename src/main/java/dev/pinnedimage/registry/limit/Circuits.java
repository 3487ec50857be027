package dev.pinnedimage.registry.limit;

import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;
import static dev.pinnedimage.image.Failure.TLS_VERIFICATION_FAILED;

import dev.pinnedimage.registry.Refusal;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * A circuit for each host, so that one dead registry costs one connection now and then and delays
 * no other. For the lifetime of one set of settings: changed settings may be what mends it.
 */
public final class Circuits {
  private final InstantSource clock;
  private final RandomGenerator random;
  private final PerHost<String, Circuit> circuits = new PerHost<>(Circuit::new);

  public Circuits(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * Lets an exchange with the host pass.
   *
   * @return its round, for {@link #failed}
   * @throws Refusal the host's last failure and the moment of the next try
   */
  public int enter(String host) throws Refusal {
    return circuits.of(host).enter(clock.instant());
  }

  /** The host answered, whatever it said. */
  public void succeeded(String host) {
    circuits.of(host).succeeded();
  }

  /** Counts it where it is the host's failure and not this exchange's alone. */
  public Refusal failed(String host, int round, Refusal why) {
    return why.reason() == REGISTRY_UNREACHABLE || why.reason() == TLS_VERIFICATION_FAILED
        ? count(host, round, why)
        : why;
  }

  /** The host did not answer, or somebody before it said so. */
  public Refusal count(String host, int round, Refusal why) {
    return circuits.of(host).failed(round, why, clock.instant(), random);
  }
}
