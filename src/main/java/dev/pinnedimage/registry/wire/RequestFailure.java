package dev.pinnedimage.registry.wire;

import static dev.pinnedimage.image.Failure.REGISTRY_UNREACHABLE;
import static dev.pinnedimage.image.Failure.TLS_VERIFICATION_FAILED;

import dev.pinnedimage.registry.EgressProxy;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** What it means to a person that a request got no answer. */
final class RequestFailure {
  private final RegistrySettings settings;
  private final TrustedClients clients;
  private final URI uri;

  RequestFailure(RegistrySettings settings, TrustedClients clients, URI uri) {
    this.settings = settings;
    this.clients = clients;
    this.uri = uri;
  }

  /** Empty where the exception says all that there is to say. */
  Optional<Refusal> explain(IOException e, AddressFilter filter) {
    Optional<AddressKind> notAllowed = filter.refused();
    if (notAllowed.isPresent()) {
      return notAllowed.map(kind -> AddressGuard.refusal(kind, uri.getRawAuthority()));
    }
    if (hasCause(e, CertificateException.class)) {
      return Optional.of(untrusted());
    }
    if (!(e instanceof ConnectException) && clients.wasAskedBy(uri)) {
      return Optional.of(certificateWanted());
    }
    return e instanceof SSLException tls ? Optional.of(tls(tls)) : proxied(e);
  }

  /** A proxy that wants to know who we are answers in the place of the registry. */
  Optional<Refusal> ofStatus(int status) {
    return settings
        .egress()
        .serverFor(uri)
        .filter(_ -> status == 407)
        .map(proxy ->
            unreachable(
                "the egress proxy %s does not accept the credentials of its URL, or wants some"
                    .formatted(proxy)));
  }

  private Refusal untrusted() {
    return verification(
        "the certificate of %s is not trusted, has expired or is another host's; a private authority is named by caFile for host %s of the operator's registries"
            .formatted(host(), authority()));
  }

  private Refusal certificateWanted() {
    boolean shown = settings.host(uri.getRawAuthority()).clientCertificate() != null;
    return verification(
        shown
            ? "%s does not accept the client certificate that is configured for it: see clientCertificate for host %s of the operator's registries"
                .formatted(host(), authority())
            : "%s wants a client certificate and none is configured: name it by clientCertificate for host %s of the operator's registries"
                .formatted(host(), authority()));
  }

  private Refusal tls(SSLException e) {
    return verification(
        e instanceof SSLHandshakeException
            ? "the TLS handshake with %s failed".formatted(host())
            : "%s does not speak TLS; if it is meant to speak plain HTTP, set plainHttp: true for host %s of the operator's registries"
                .formatted(host(), authority()));
  }

  private Optional<Refusal> proxied(IOException e) {
    return settings.egress().serverFor(uri).map(proxy -> unreachable(byProxy(proxy, e)));
  }

  private String byProxy(EgressProxy.Server proxy, IOException e) {
    return e instanceof ConnectException
        ? "the egress proxy %s cannot be connected to".formatted(proxy)
        : "there is no connection to %s through the egress proxy %s: the proxy refuses it, cannot reach it, or broke off"
            .formatted(host(), proxy);
  }

  private String host() {
    return Refusal.printable(uri.getHost());
  }

  private String authority() {
    return Refusal.printable(uri.getRawAuthority());
  }

  private static Refusal verification(String what) {
    return new Refusal(TLS_VERIFICATION_FAILED, what);
  }

  private static Refusal unreachable(String what) {
    return new Refusal(REGISTRY_UNREACHABLE, what);
  }

  private static boolean hasCause(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable at = thrown; at != null; at = at.getCause()) {
      if (type.isInstance(at)) {
        return true;
      }
    }
    return false;
  }
}
