package dev.pinnedimage.registry.lookup;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Resolver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Tries several credentials in turn, as the kubelet does, and begins with the one that worked last,
 * so that a steady state costs no more than with a single one.
 */
public final class EachCredential implements Resolver {
  private static final int MAX_REMEMBERED = 4096;

  /** Many registries say of a private repository that it does not exist. */
  private static final Set<Failure> WORTH_ANOTHER =
      EnumSet.of(
          Failure.AUTHENTICATION_REQUIRED,
          Failure.CREDENTIALS_REJECTED,
          Failure.ACCESS_DENIED,
          Failure.REPOSITORY_NOT_FOUND,
          Failure.TAG_NOT_FOUND);

  private static final Set<Failure> ABOUT_CREDENTIALS =
      EnumSet.of(
          Failure.AUTHENTICATION_REQUIRED, Failure.CREDENTIALS_REJECTED, Failure.ACCESS_DENIED);

  private final Resolver resolver;
  private final BoundedCache<Query, Credential> worked = new BoundedCache<>(MAX_REMEMBERED);

  public EachCredential(Resolver resolver) {
    this.resolver = resolver;
  }

  @Override
  public Resolution resolve(Query query) {
    return query.credential() instanceof Credential.Several several
        ? tryEach(query, several)
        : resolver.resolve(query);
  }

  private Resolution tryEach(Query query, Credential.Several several) {
    List<Unresolved> failures = new ArrayList<>();
    for (Credential credential : lastFirst(query, several)) {
      Resolution answer = resolver.resolve(query.with(credential));
      if (!(answer instanceof Unresolved failed)) {
        worked.put(query, credential);
        return answer;
      }
      if (!WORTH_ANOTHER.contains(failed.reason())) {
        return failed;
      }
      failures.add(failed);
    }
    worked.remove(query);
    return mostTelling(failures);
  }

  private List<Credential> lastFirst(Query query, Credential.Several several) {
    List<Credential> order = new ArrayList<>(several.each());
    worked.get(query).filter(order::remove).ifPresent(credential -> order.addFirst(credential));
    return order;
  }

  /** Who was let in knows better than who was not. */
  private static Unresolved mostTelling(List<Unresolved> failures) {
    return failures.stream()
        .filter(failure -> !ABOUT_CREDENTIALS.contains(failure.reason()))
        .findFirst()
        .orElse(failures.getFirst());
  }
}
