package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A self-signed certificate with its key, made by keytool. */
public record TlsKeys(KeyStore store, Path certFile, Path keyFile) {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /**
   * @param algorithm {@code EC}, {@code RSA} or {@code Ed25519}
   * @param subjectAlternativeName {@code ip:…} or {@code dns:…}
   */
  public static TlsKeys make(Path dir, String name, String algorithm, String subjectAlternativeName)
      throws Exception {
    Path file = dir.resolve(name + ".p12");
    keytool(
        "-J-XX:TieredStopAtLevel=1 -J-XX:+UseSerialGC -genkeypair -alias a -dname CN=%s -validity 2 -ext bc=ca:true -keyalg %s -ext san=%s -storetype PKCS12 -storepass changeit -keystore %s"
            .formatted(name, algorithm, subjectAlternativeName, file));
    KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD);
    return new TlsKeys(
        store,
        pem(dir.resolve(name + ".pem"), "CERTIFICATE", store.getCertificate("a").getEncoded()),
        pem(dir.resolve(name + ".key"), "PRIVATE KEY", store.getKey("a", PASSWORD).getEncoded()));
  }

  public static Path pem(Path file, String type, byte[] content) throws IOException {
    String body = BASE64.encodeToString(content);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(type, body, type));
  }

  /** A server with this certificate, on loopback. */
  public HttpsServer server() throws IOException, GeneralSecurityException {
    return server(null, false);
  }

  /** One that lets in who shows that certificate, and nobody else. */
  public HttpsServer serverFor(TlsKeys client, boolean onlyTls12)
      throws IOException, GeneralSecurityException {
    return server(client, onlyTls12);
  }

  private HttpsServer server(@Nullable TlsKeys client, boolean onlyTls12)
      throws IOException, GeneralSecurityException {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(), client == null ? null : client.trust().getTrustManagers(), null);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters each) {
            SSLParameters parameters = context.getDefaultSSLParameters();
            parameters.setNeedClientAuth(client != null);
            if (onlyTls12) {
              parameters.setProtocols(new String[] {"TLSv1.2"});
            }
            each.setSSLParameters(parameters);
          }
        });
    return server;
  }

  private KeyManager[] keys() throws GeneralSecurityException {
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    return keys.getKeyManagers();
  }

  private TrustManagerFactory trust() throws GeneralSecurityException, IOException {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", store.getCertificate("a"));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    return trust;
  }

  private static void keytool(String arguments) throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder((keytool + " " + arguments).split(" "))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
