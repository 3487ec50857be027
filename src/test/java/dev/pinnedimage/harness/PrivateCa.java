package dev.pinnedimage.harness;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A private CA, and a certificate for 127.0.0.1, localhost and registry.test that it signed, which
 * clients may show too.
 *
 * @param mutual whether the registry lets in only who shows a certificate of this CA
 */
record PrivateCa(
    Path caFile,
    Path certificateFile,
    Path keyFile,
    SSLContext trust,
    SSLContext serving,
    boolean mutual) {
  private static final String PASSWORD = "changeit";

  static PrivateCa create(RunDirectory run) {
    return create(run, false);
  }

  static PrivateCa create(RunDirectory run, boolean mutual) {
    Path keyStore = run.resolve("tls.p12");
    keytool(run, keyStore, "ca", "CN=PinnedImage test CA", List.of("-ext", "bc:c"));
    keytool(
        run,
        keyStore,
        "server",
        "CN=registry.test",
        List.of("-signer", "ca", "-ext", "san=ip:127.0.0.1,dns:localhost,dns:registry.test"));
    try (InputStream in = Files.newInputStream(keyStore)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return written(run, keys, mutual);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("keytool made a key store that does not open", e);
    }
  }

  private static PrivateCa written(RunDirectory run, KeyStore keys, boolean mutual)
      throws GeneralSecurityException, IOException {
    PrivateKey key = (PrivateKey) keys.getKey("server", PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", keys.getCertificate("ca"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    SSLContext trust = SSLContext.getInstance("TLS");
    trust.init(own(keys, key), factory.getTrustManagers(), null);
    return new PrivateCa(
        run.write("ca.pem", Pem.certificate(keys.getCertificate("ca"))),
        run.write("tls.pem", Pem.certificate(keys.getCertificate("server"))),
        run.write("tls.key", Pem.privateKey(key)),
        trust,
        serving(keys, key),
        mutual);
  }

  private static SSLContext serving(KeyStore keys, PrivateKey key)
      throws GeneralSecurityException, IOException {
    SSLContext serving = SSLContext.getInstance("TLS");
    serving.init(own(keys, key), null, null);
    return serving;
  }

  private static KeyManager[] own(KeyStore keys, PrivateKey key)
      throws GeneralSecurityException, IOException {
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry("server", key, PASSWORD.toCharArray(), keys.getCertificateChain("server"));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(own, PASSWORD.toCharArray());
    return factory.getKeyManagers();
  }

  static void keytool(
      RunDirectory run, Path keyStore, String alias, String name, List<String> more) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", name, "-validity", "2"));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-keystore", keyStore.toString(), "-storepass", PASSWORD));
    command.addAll(more);
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(run.path().toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException("keytool made no key for " + alias + ": " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("keytool does not start", e);
    } catch (InterruptedException e) {
      throw Interrupted.at("running keytool", e);
    }
  }
}
