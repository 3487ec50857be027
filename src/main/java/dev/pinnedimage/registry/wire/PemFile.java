package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.InvalidSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of certificates or of a key (RFC 7468), at most 1 MiB, with the sentence for who named it.
 *
 * @param key of the configuration
 */
record PemFile(String key, Path path) {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final Pattern PKCS_8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");

  /** At least one. */
  List<X509Certificate> certificates() {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes()));
      if (!found.isEmpty()) {
        return found.stream().map(X509Certificate.class::cast).toList();
      }
    } catch (CertificateException e) {
      // Told below.
    }
    throw invalid("has no PEM certificates");
  }

  PrivateKey privateKey() {
    Matcher pem = PKCS_8.matcher(new String(bytes(), StandardCharsets.ISO_8859_1));
    if (pem.find()) {
      byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
      for (String algorithm : ALGORITHMS) {
        try {
          return KeyFactory.getInstance(algorithm)
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
        } catch (GeneralSecurityException notOfThisKind) {
          // The next.
        }
      }
    }
    throw invalid(
        "has no unencrypted PKCS #8 key (BEGIN PRIVATE KEY); convert another by: openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
  }

  private byte[] bytes() {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] read = in.readNBytes(MAX_BYTES + 1);
      if (read.length > MAX_BYTES) {
        throw invalid("has more than 1 MiB");
      }
      return read;
    } catch (IOException e) {
      throw invalid("cannot be read");
    }
  }

  InvalidSettings invalid(String what) {
    return new InvalidSettings("registries: the " + key + " " + path + " " + what);
  }
}
