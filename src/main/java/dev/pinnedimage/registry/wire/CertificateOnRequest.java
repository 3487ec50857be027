package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.BoundedCache;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Shows one certificate, or none, to whoever asks, and notes who did: from TLS 1.3 on, a server
 * that misses a certificate just breaks the connection, for which no exception has a word.
 */
final class CertificateOnRequest extends X509ExtendedKeyManager {
  private static final String ALIAS = "client";

  private final @Nullable ClientKey own;
  private final BoundedCache<String, Boolean> askers;

  /**
   * @param askers gets {@code host:port} of servers that asked
   */
  CertificateOnRequest(@Nullable ClientKey own, BoundedCache<String, Boolean> askers) {
    this.own = own;
    this.askers = askers;
  }

  /** Whatever authorities the server names: its refusal says more than our silence. */
  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
    askers.put(engine.getPeerHost() + ":" + engine.getPeerPort(), true);
    boolean fits = own != null && Arrays.asList(keyTypes).contains(own.key().getAlgorithm());
    return fits ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return own == null ? null : own.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return own == null ? null : own.key();
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return own == null ? null : new String[] {ALIAS};
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
