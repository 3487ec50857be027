package dev.pinnedimage.registry.auth;

import dev.pinnedimage.registry.Credential;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one token is asked for with, and so what it is shared by (distribution's token specification
 * and its OAuth2 variant).
 *
 * @param realm the token server
 * @param scopes {@code repository:NAME:pull} mostly; never more than pulling
 */
record TokenRequest(URI realm, String service, List<String> scopes, Credential credential) {
  private static final String CLIENT_ID = "pinnedimage-operator";
  private static final int MAX_SCOPES = 4;
  private static final int MAX_LENGTH = 1024;
  private static final Pattern REPOSITORY =
      Pattern.compile("repository(\\([a-z]*\\))?:.*:[a-z,*]*");

  TokenRequest {
    scopes = List.copyOf(scopes);
  }

  /** The registry names the scope, for it knows its own names; what it may allow is our choice. */
  static List<String> scopes(Challenge challenge, String repository) {
    List<String> named =
        Stream.of(challenge.parameter("scope").split("\\s+", MAX_SCOPES + 1))
            .limit(MAX_SCOPES)
            .filter(scope -> !scope.isEmpty() && scope.length() <= MAX_LENGTH)
            .map(TokenRequest::pullOnly)
            .distinct()
            .toList();
    return named.isEmpty() ? List.of("repository:" + repository + ":pull") : named;
  }

  private static String pullOnly(String scope) {
    return REPOSITORY.matcher(scope).matches()
        ? scope.substring(0, scope.lastIndexOf(':')) + ":pull"
        : scope;
  }

  /** The query of a GET. */
  String query() {
    Stream<Optional<String>> pairs =
        Stream.concat(
            Stream.of(pair("service", service), account()),
            scopes.stream().map(scope -> pair("scope", scope)));
    return pairs.flatMap(Optional::stream).collect(Collectors.joining("&"));
  }

  private Optional<String> account() {
    return credential instanceof Credential.Basic basic
        ? pair("account", basic.username())
        : Optional.empty();
  }

  /** The body of a POST, which has an identity token in it. */
  String form(Credential.IdentityToken identity) {
    return Stream.of(
            pair("grant_type", "refresh_token"),
            pair("service", service),
            pair("client_id", CLIENT_ID),
            pair("scope", String.join(" ", scopes)),
            pair("refresh_token", identity.token()))
        .flatMap(Optional::stream)
        .collect(Collectors.joining("&"));
  }

  private static Optional<String> pair(String name, String value) {
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
  }
}
