package dev.pinnedimage.registry.ambient;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One self-signed certificate for 127.0.0.1, served and trusted. */
record LoopbackTls(SSLContext context) {
  private static final String PASSWORD = "changeit";

  static LoopbackTls in(Path directory) {
    Path file = directory.resolve("tls.p12");
    String command =
        "%s/bin/keytool -genkeypair -keyalg EC -alias a -dname CN=test -validity 2 -ext bc=ca:true -ext san=ip:127.0.0.1 -storetype PKCS12 -storepass %s -keystore %s"
            .formatted(System.getProperty("java.home"), PASSWORD, file);
    try {
      int code = new ProcessBuilder(command.split(" ")).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException("keytool failed with exit code " + code);
      }
      return new LoopbackTls(context(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray())));
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext context(KeyStore store) throws GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    KeyStore trusted;
    try {
      trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    trusted.setCertificateEntry("a", store.getCertificate("a"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  ScriptedRegistry server() throws IOException {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new ScriptedRegistry(server);
  }
}
