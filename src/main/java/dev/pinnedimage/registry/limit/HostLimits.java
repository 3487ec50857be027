package dev.pinnedimage.registry.limit;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What is remembered of hosts for as long as the operator runs, whatever settings come and go: what
 * was spent, and what registries said about it.
 */
public record HostLimits(
    Pace pace, Allowances allowances, InstantSource clock, RandomGenerator random) {
  public HostLimits(InstantSource clock, RandomGenerator random) {
    this(new Pace(), new Allowances(clock), clock, random);
  }

  /** For one set of settings. */
  public Circuits circuits() {
    return new Circuits(clock, random);
  }
}
