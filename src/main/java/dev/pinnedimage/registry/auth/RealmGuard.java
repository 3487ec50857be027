package dev.pinnedimage.registry.auth;

import com.google.common.net.InternetDomainName;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.wire.AddressGuard;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a token server that a registry names is asked, and whether it may see the
 * registry's credentials: else whoever controls a registry could send them anywhere.
 */
final class RealmGuard {
  private static final int MAX_PORT = 65_535;

  /** Where each name is another owner's, though the list of our time does not say so. */
  private static final List<String> TENANTS =
      List.of(".azurecr.io", ".azurecr.cn", ".azurecr.us", ".jfrog.io");

  private final RegistrySettings settings;
  private final AddressGuard guard;

  RealmGuard(RegistrySettings settings, AddressGuard guard) {
    this.settings = settings;
    this.guard = guard;
  }

  /**
   * Blocks for DNS; the caller holds the deadline.
   *
   * @throws Refusal TOKEN_REALM_REFUSED, with the key of the configuration that would allow it
   */
  URI check(String realm, String registry, Credential credential)
      throws Refusal, UnknownHostException {
    URI uri = parse(realm);
    requireTls(uri);
    try {
      guard.check(uri.getRawAuthority());
    } catch (Refusal e) {
      throw refused("its token server is not asked: " + e.getMessage());
    }
    if (!(credential instanceof Credential.Anonymous) && !maySeeCredentials(uri, registry)) {
      throw refused(
          "it wants its credentials sent to the token server %s, which is of another domain; if that is right, add realmAllowed: [%s] for host %s of the operator's registries"
              .formatted(authority(uri), authority(uri), registry));
    }
    return uri;
  }

  private static URI parse(String realm) throws Refusal {
    try {
      URI uri = new URI(realm);
      boolean plain = uri.getRawUserInfo() == null && uri.getRawFragment() == null;
      if (uri.getHost() != null && uri.getPort() <= MAX_PORT && plain) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below, without repeating it: the text is the server's.
    }
    throw refused("it names a token server by something that is not a plain URL");
  }

  private void requireTls(URI uri) throws Refusal {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean isPlainAllowed =
        scheme.equals("http") && settings.host(uri.getRawAuthority()).plainHttp();
    if (!isPlainAllowed && !scheme.equals("https")) {
      throw refused(
          "its token server %s is to be asked without TLS, which is only done where the operator's configuration says so: plainHttp: true for host %s of its registries"
              .formatted(authority(uri), authority(uri)));
    }
  }

  private boolean maySeeCredentials(URI realm, String registry) {
    String authority = realm.getRawAuthority().toLowerCase(Locale.ROOT);
    String host = realm.getHost().toLowerCase(Locale.ROOT);
    return registrableDomain(host).equals(registrableDomain(hostOf(registry)))
        || settings.host(registry).realmAllowed().stream()
            .map(allowed -> allowed.toLowerCase(Locale.ROOT))
            .anyMatch(allowed ->
                allowed.equals(authority) || (allowed.equals(host) && isDefaultPort(realm)));
  }

  private static boolean isDefaultPort(URI uri) {
    return uri.getPort() < 0 || uri.getPort() == 443;
  }

  private static String hostOf(String registry) {
    return registry.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
  }

  /** By the public suffix list; an address is only itself. */
  private static String registrableDomain(String host) {
    if (isLiteral(host)) {
      return host;
    }
    String name = host.replaceFirst("\\.$", "");
    Optional<String> tenants = TENANTS.stream().filter(name::endsWith).findFirst();
    if (tenants.isPresent()) {
      return lastLabels(name, tenants.get().split("\\.", -1).length);
    }
    if (!InternetDomainName.isValid(name)) {
      return name;
    }
    InternetDomainName domain = InternetDomainName.from(name);
    if (domain.isUnderPublicSuffix()) {
      return domain.topPrivateDomain().toString();
    }
    // The list's own rule for a top level that it does not know, as of internal names.
    return domain.isPublicSuffix() ? name : lastLabels(name, 2);
  }

  private static boolean isLiteral(String host) {
    try {
      var _ = InetAddress.ofLiteral(host);
      return true;
    } catch (IllegalArgumentException isName) {
      return false;
    }
  }

  private static String lastLabels(String name, int count) {
    List<String> labels = List.of(name.split("\\.", -1));
    return String.join(".", labels.subList(Math.max(0, labels.size() - count), labels.size()));
  }

  private static String authority(URI uri) {
    return Refusal.printable(uri.getRawAuthority());
  }

  private static Refusal refused(String what) {
    return new Refusal(Failure.TOKEN_REALM_REFUSED, "the registry's answer is refused: " + what);
  }
}
