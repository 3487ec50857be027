package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Resolver;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * At most so many look-ups at a time, in all and per registry, first come, first served: who waits
 * for a dead registry's turn holds none of the common ones, so that it cannot starve the others.
 */
public final class LimitedResolver implements Resolver {
  private static final class Host {
    final Semaphore turns;
    int users;

    Host(int turns) {
      this.turns = new Semaphore(turns, true);
    }
  }

  private final Resolver resolver;
  private final int perHost;
  private final Semaphore all;
  private final Map<String, Host> hosts = new HashMap<>();

  public LimitedResolver(Resolver resolver, int total, int perHost) {
    this.resolver = resolver;
    this.perHost = perHost;
    this.all = new Semaphore(total, true);
  }

  /** Blocks for a turn too: for virtual threads. */
  @Override
  public Resolution resolve(Query query) {
    String name = query.reference().registry();
    Host host = enter(name);
    try {
      return inTurn(host.turns, query);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Resolution.Unresolved(
          Failure.REGISTRY_UNREACHABLE, query.reference() + ": the look-up was stopped");
    } finally {
      leave(name, host);
    }
  }

  private Resolution inTurn(Semaphore ofHost, Query query) throws InterruptedException {
    ofHost.acquire();
    try {
      all.acquire();
      try {
        return resolver.resolve(query);
      } finally {
        all.release();
      }
    } finally {
      ofHost.release();
    }
  }

  private Host enter(String name) {
    synchronized (hosts) {
      Host host = hosts.computeIfAbsent(name, _ -> new Host(perHost));
      host.users++;
      return host;
    }
  }

  private void leave(String name, Host host) {
    synchronized (hosts) {
      if (--host.users == 0) {
        hosts.remove(name);
      }
    }
  }
}
