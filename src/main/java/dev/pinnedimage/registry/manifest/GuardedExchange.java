package dev.pinnedimage.registry.manifest;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.limit.Allowances;
import dev.pinnedimage.registry.limit.Circuits;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.wire.Ask;
import dev.pinnedimage.registry.wire.Reply;
import java.time.InstantSource;

/**
 * An exchange that is only begun where the host and the asker's allowance let it, and whose end
 * decides for those that come after it.
 *
 * <p>A connection that fails, TLS that fails and 502, 503 and 504 are the host's failures. A 500 is
 * not: often it is one repository's, and must not stop the host's others.
 */
final class GuardedExchange {
  private final RegistrySettings settings;
  private final Exchange exchange;
  private final Circuits circuits;
  private final Allowances allowances;
  private final InstantSource clock;

  GuardedExchange(RegistrySettings settings, Exchange exchange, HostLimits limits) {
    this.settings = settings;
    this.exchange = exchange;
    this.circuits = limits.circuits();
    this.allowances = limits.allowances();
    this.clock = limits.clock();
  }

  Reply send(Query query, Ask ask) throws Refusal {
    String host = settings.host(query.reference().registry()).host();
    allowances.check(host, query.credential(), !ask.method().equals("HEAD"));
    int round = circuits.enter(host);
    Reply reply;
    try {
      reply = exchange.send(query, ask);
    } catch (Refusal e) {
      if (e.reason() == Failure.RATE_LIMITED) {
        // By its token server, which all of its repositories share.
        pause(host, query, e);
      }
      throw circuits.failed(host, round, e);
    }
    learn(host, round, query, reply);
    return reply;
  }

  void close() {
    exchange.close();
  }

  private void learn(String host, int round, Query query, Reply reply) throws Refusal {
    switch (reply.status()) {
      case 429 -> pause(host, query, StatusRules.explain(query, reply, clock.instant()));
      case 502, 503, 504 -> unavailable(host, round, query, reply);
      default -> circuits.succeeded(host);
    }
    allowances.note(
        host,
        query.credential(),
        reply.header("ratelimit-limit").orElse(""),
        reply.header("ratelimit-remaining").orElse(""));
  }

  private void pause(String host, Query query, Refusal told) {
    circuits.succeeded(host);
    allowances.pause(host, query.credential(), told);
  }

  private void unavailable(String host, int round, Query query, Reply reply) throws Refusal {
    Refusal told = StatusRules.explain(query, reply, clock.instant());
    if (told.retryAt().isPresent()) {
      pause(host, query, told);
    } else {
      throw circuits.count(host, round, told);
    }
  }
}
