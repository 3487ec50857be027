package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistryHost;
import dev.pinnedimage.registry.RegistrySettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * One HTTP client per trust configuration, so that a private authority is believed for its own host
 * only. The files are read once, at start: a new one takes a restart.
 */
final class TrustedClients {
  private static final long MAX_PEM_BYTES = 1024 * 1024;

  private final Executor executor = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient system = builder().build();
  private final Map<Path, HttpClient> byCaFile = new HashMap<>();

  /**
   * @throws InvalidSettings where a file cannot be read or has no certificate
   */
  TrustedClients(RegistrySettings settings) {
    for (RegistryHost host : settings.hosts()) {
      Path file = host.caFile();
      if (file != null) {
        byCaFile.computeIfAbsent(file, this::trusting);
      }
    }
  }

  HttpClient forHost(RegistryHost host) {
    Path file = host.caFile();
    return file == null ? system : byCaFile.getOrDefault(file, system);
  }

  private HttpClient.Builder builder() {
    return HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).executor(executor);
  }

  private HttpClient trusting(Path file) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("ca-" + store.size(), certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return builder().sslContext(context).build();
    } catch (IOException e) {
      throw new InvalidSettings("registries: the caFile " + file + " cannot be read");
    } catch (GeneralSecurityException e) {
      throw new InvalidSettings("registries: the caFile " + file + " has no PEM certificates");
    }
  }

  private static Collection<? extends Certificate> certificates(Path file)
      throws IOException, CertificateException {
    if (Files.size(file) > MAX_PEM_BYTES) {
      throw new CertificateException("too large");
    }
    var found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)));
    if (found.isEmpty()) {
      throw new CertificateException("empty");
    }
    return found;
  }
}
