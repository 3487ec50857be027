package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** One certificate for 127.0.0.1 that is right, and the ways in which one can be wrong. */
public final class ToxicCertificates implements AutoCloseable {
  private static final String PASSWORD = "changeit";

  private final RunDirectory run = new RunDirectory();
  private final Path keyStore = run.resolve("toxic.p12");

  public ToxicCertificates() {
    key("ca", "-ext", "bc:c");
    key("right", "-signer", "ca", "-ext", "san=ip:127.0.0.1");
    key("wrong-name", "-signer", "ca", "-ext", "san=dns:other.example");
    key("expired", "-signer", "ca", "-ext", "san=ip:127.0.0.1", "-startdate", "-9d");
    key("self-signed", "-ext", "san=ip:127.0.0.1");
    run.write("ca.pem", pem());
  }

  private void key(String alias, String... more) {
    List<String> arguments = new ArrayList<>(List.of(more));
    PrivateCa.keytool(run, keyStore, alias, "CN=" + alias, arguments);
  }

  private String pem() {
    try {
      return Pem.certificate(keys().getCertificate("ca"));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the operator is told to trust. */
  public Path caFile() {
    return run.resolve("ca.pem");
  }

  /**
   * @param alias right, wrong-name, expired or self-signed
   */
  public SSLContext serving(String alias) {
    try {
      KeyStore one = KeyStore.getInstance("PKCS12");
      one.load(null, null);
      one.setKeyEntry(
          alias,
          keys().getKey(alias, PASSWORD.toCharArray()),
          PASSWORD.toCharArray(),
          keys().getCertificateChain(alias));
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(one, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private KeyStore keys() throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(keyStore)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return keys;
    }
  }

  @Override
  public void close() {
    run.close();
  }
}
