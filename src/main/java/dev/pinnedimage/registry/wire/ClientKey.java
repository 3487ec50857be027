package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.InvalidSettings;
import dev.pinnedimage.registry.RegistryHost.ClientCertificate;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/** What the operator shows to a host that wants to know who it is. */
record ClientKey(List<X509Certificate> chain, PrivateKey key) {

  /**
   * @throws InvalidSettings where a file cannot be used, or the two do not belong together
   */
  static ClientKey read(ClientCertificate files) {
    Path certFile = Objects.requireNonNull(files.certFile());
    var keyFile =
        new PemFile("clientCertificate's keyFile", Objects.requireNonNull(files.keyFile()));
    var read =
        new ClientKey(
            new PemFile("clientCertificate's certFile", certFile).certificates(),
            keyFile.privateKey());
    if (!read.belongsTogether()) {
      throw keyFile.invalid("is not the key of the first certificate of " + certFile);
    }
    return read;
  }

  private boolean belongsTogether() {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(chain.getFirst().getPublicKey());
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "client key";
  }
}
