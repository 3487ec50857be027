package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.BoundedCache;
import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistryHost.ClientCertificate;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP client per trust configuration, so that a private authority is believed for its own host
 * only, and a certificate of ours shown to its own host only. The files are read once.
 */
final class TrustedClients implements AutoCloseable {
  private static final int MAX_ASKERS = 1024;

  private record Trust(@Nullable Path caFile, @Nullable ClientCertificate shown) {
    static final Trust SYSTEM = new Trust(null, null);

    static Trust of(RegistryHost host) {
      return new Trust(host.caFile(), host.clientCertificate());
    }
  }

  private final RegistrySettings settings;
  private final Executor executor;
  private final BoundedCache<String, Boolean> askers = new BoundedCache<>(MAX_ASKERS);
  private final Map<Trust, RenewedClient> clients = new HashMap<>();

  /**
   * @throws InvalidSettings where a file cannot be read or has not what it should
   */
  TrustedClients(RegistrySettings settings) {
    this.settings = settings;
    this.executor = AddressFilter.filtering(Executors.newVirtualThreadPerTaskExecutor(), settings);
    clients.put(Trust.SYSTEM, client(Trust.SYSTEM));
    for (RegistryHost host : settings.hosts()) {
      clients.computeIfAbsent(Trust.of(host), this::client);
    }
  }

  RenewedClient forHost(RegistryHost host) {
    RenewedClient found = clients.get(Trust.of(host));
    if (found == null) {
      throw new IllegalArgumentException("not of these settings: " + host.host());
    }
    return found;
  }

  /** Whether the server has asked who we are, now or before. */
  boolean wasAskedBy(URI uri) {
    return askers.get(uri.getHost() + ":" + (uri.getPort() < 0 ? 443 : uri.getPort())).isPresent();
  }

  private RenewedClient client(Trust trust) {
    SSLContext context = context(trust);
    return new RenewedClient(() -> client(context));
  }

  private HttpClient client(SSLContext context) {
    return HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .proxy(new EgressSelector(settings.egress()))
        .executor(executor)
        .sslContext(context)
        .build();
  }

  private SSLContext context(Trust trust) {
    Path caFile = trust.caFile();
    var authorities = caFile == null ? null : new PemFile("caFile", caFile).certificates();
    ClientKey shown = trust.shown() == null ? null : ClientKey.read(trust.shown());
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new CertificateOnRequest(shown, askers)},
          authorities == null ? null : trusting(authorities),
          null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the runtime cannot make a TLS context", e);
    }
  }

  private static TrustManager[] trusting(Iterable<X509Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (X509Certificate certificate : authorities) {
      store.setCertificateEntry("ca-" + store.size(), certificate);
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  /** Lets requests end that are under way; there can be no further ones. */
  @Override
  public void close() {
    clients.values().forEach(RenewedClient::shutdown);
  }
}
