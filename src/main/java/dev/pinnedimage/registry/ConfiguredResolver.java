package dev.pinnedimage.registry;

import dev.pinnedimage.image.Resolution;
import java.util.function.Function;

/**
 * Look-ups by the configuration as it is now, which may change while they are under way: each ends
 * with what it began with, and the last one to leave closes that.
 */
public final class ConfiguredResolver implements Resolver {
  /**
   * All that is made anew for each configuration; what is to outlive a change belongs to whoever
   * makes it.
   *
   * @param release closes connections and whatever else it holds
   */
  public record Stack(Resolver resolver, Runnable release) {}

  private static final class InUse {
    final RegistrySettings settings;
    final Stack stack;
    int users = 1;

    InUse(RegistrySettings settings, Stack stack) {
      this.settings = settings;
      this.stack = stack;
    }
  }

  private final Function<RegistrySettings, Stack> make;
  private final Object lock = new Object();
  private InUse current;

  /**
   * @param make throws InvalidSettings where a file that the settings name cannot be used
   */
  public ConfiguredResolver(RegistrySettings first, Function<RegistrySettings, Stack> make) {
    this.make = make;
    this.current = new InUse(first, make.apply(first));
  }

  /** For whatever else depends on what is configured. */
  public RegistrySettings settings() {
    synchronized (lock) {
      return current.settings;
    }
  }

  /**
   * From now on by these.
   *
   * @throws InvalidSettings where they cannot be used; then those before stay
   */
  public void use(RegistrySettings settings) {
    InUse next = new InUse(settings, make.apply(settings));
    InUse before;
    synchronized (lock) {
      before = current;
      current = next;
    }
    leave(before);
  }

  @Override
  public Resolution resolve(Query query) {
    InUse entered = enter();
    try {
      return entered.stack.resolver().resolve(query);
    } finally {
      leave(entered);
    }
  }

  private InUse enter() {
    synchronized (lock) {
      current.users++;
      return current;
    }
  }

  /** The configuration itself counts as one user while it is the current one. */
  private void leave(InUse left) {
    boolean isLast;
    synchronized (lock) {
      isLast = --left.users == 0;
    }
    if (isLast) {
      left.stack.release().run();
    }
  }
}
