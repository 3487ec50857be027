package dev.pinnedimage.registry.ambient;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * One self-signed certificate for 127.0.0.1.
 *
 * @param caFile for {@code caFile} of the configuration
 */
record LoopbackTls(SSLContext context, Path caFile) {
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
      KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
      String body = Base64.getMimeEncoder().encodeToString(store.getCertificate("a").getEncoded());
      String pem = "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n".formatted(body);
      return new LoopbackTls(context(store), Files.writeString(directory.resolve("ca.pem"), pem));
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
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  ScriptedRegistry server() throws IOException {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new ScriptedRegistry(server);
  }
}
