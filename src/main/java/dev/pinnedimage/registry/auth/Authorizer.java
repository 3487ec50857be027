package dev.pinnedimage.registry.auth;

import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Authorization;
import dev.pinnedimage.registry.wire.Authorization.Kind;
import dev.pinnedimage.registry.wire.Reply;
import dev.pinnedimage.registry.wire.Transport;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Says to a registry who asks, in the way that it last asked for: what it wants is learnt from its
 * first 401 and remembered, so that one request suffices from then on.
 */
public final class Authorizer {
  private static final int MAX_REMEMBERED = 4096;

  /** Repositories of one origin may want different things. */
  private record Place(String origin, String repository) {}

  private final AmbientIdentity ambient;
  private final RealmGuard realms;
  private final Tokens tokens;
  private final BoundedCache<String, Boolean> basicOrigins = new BoundedCache<>(MAX_REMEMBERED);
  private final BoundedCache<Place, Challenge> bearers = new BoundedCache<>(MAX_REMEMBERED);

  public Authorizer(
      RegistrySettings settings,
      AddressGuard guard,
      Transport transport,
      AmbientIdentity ambient,
      InstantSource clock) {
    this.ambient = ambient;
    this.realms = new RealmGuard(settings, guard);
    this.tokens = new Tokens(new TokenServer(transport, clock), clock);
  }

  /**
   * What a request is sent with at first: nothing, where the origin has not asked for anything yet.
   *
   * @param origin scheme, host and port: what credentials are bound to
   */
  public Authorization before(String origin, Query query)
      throws Refusal, UnknownHostException, InterruptedException {
    Optional<Challenge> bearer = bearers.get(place(origin, query));
    if (bearer.isPresent()) {
      return remembered(bearer.get(), origin, query);
    }
    return basicOrigins.get(origin).isPresent()
        ? basic(credential(query)).orElse(Authorization.NONE)
        : Authorization.NONE;
  }

  /** What gives no token is forgotten, else the registry could never ask for something else. */
  private Authorization remembered(Challenge bearer, String origin, Query query)
      throws Refusal, UnknownHostException, InterruptedException {
    try {
      return authorization(tokenRequest(bearer, query));
    } catch (Refusal e) {
      bearers.remove(place(origin, query));
      throw e;
    }
  }

  /**
   * What a request that got a 401 is repeated with; empty where that would change nothing.
   *
   * @throws Refusal where the token server is not to be asked, or gives no token
   */
  public Optional<Authorization> after(String origin, Query query, Reply refused)
      throws Refusal, UnknownHostException, InterruptedException {
    List<Challenge> challenges = Challenge.parse(refused.headers("WWW-Authenticate"));
    bearers.remove(place(origin, query));
    basicOrigins.remove(origin);
    Challenge bearer = first(challenges, true);
    if (bearer != null) {
      Optional<Authorization> next = token(bearer, query, refused.sent());
      bearers.put(place(origin, query), bearer);
      return next;
    }
    if (first(challenges, false) == null) {
      return Optional.empty();
    }
    basicOrigins.put(origin, true);
    return refused.sent().kind() == Kind.BASIC ? Optional.empty() : basic(credential(query));
  }

  /** Of several, a token is preferred: it says less about whoever asks. */
  private static @Nullable Challenge first(List<Challenge> challenges, boolean bearer) {
    return challenges.stream()
        .filter(challenge ->
            bearer
                ? challenge.isBearer() && !challenge.parameter("realm").isEmpty()
                : challenge.isBasic())
        .findFirst()
        .orElse(null);
  }

  private Optional<Authorization> token(Challenge bearer, Query query, Authorization sent)
      throws Refusal, UnknownHostException, InterruptedException {
    TokenRequest request = tokenRequest(bearer, query);
    boolean isWorthwhile =
        !sent.header().startsWith("Bearer ")
            || tokens.drop(request, sent.header().substring("Bearer ".length()));
    return isWorthwhile ? Optional.of(authorization(request)) : Optional.empty();
  }

  private TokenRequest tokenRequest(Challenge bearer, Query query)
      throws Refusal, UnknownHostException {
    Credential credential = credential(query);
    String registry = query.reference().registry();
    return new TokenRequest(
        realms.check(bearer.parameter("realm"), registry, credential),
        bearer.parameter("service"),
        TokenRequest.scopes(bearer, query.reference().repository()),
        credential);
  }

  private Authorization authorization(TokenRequest request) throws Refusal, InterruptedException {
    Kind kind =
        request.credential() instanceof Credential.Anonymous ? Kind.ANONYMOUS_TOKEN : Kind.TOKEN;
    return new Authorization(kind, "Bearer " + tokens.get(request).value());
  }

  private static Optional<Authorization> basic(Credential credential) {
    return credential instanceof Credential.Basic basic
        ? Optional.of(new Authorization(Kind.BASIC, basic.authorization()))
        : Optional.empty();
  }

  private Credential credential(Query query) throws Refusal {
    return query.credential() instanceof Credential.Ambient own
        ? ambient.credential(own)
        : query.credential();
  }

  private static Place place(String origin, Query query) {
    return new Place(origin, query.reference().repository());
  }
}
