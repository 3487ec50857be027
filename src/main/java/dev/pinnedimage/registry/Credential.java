package dev.pinnedimage.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * What a registry is asked with; equal only where the secret is, since it is part of every cache
 * key (else tenants would see each other's private images), and never printed.
 */
public sealed interface Credential {
  Credential ANONYMOUS = new Anonymous();

  record Anonymous() implements Credential {
    @Override
    public String toString() {
      return "anonymous";
    }
  }

  record Basic(String username, String password) implements Credential {
    /** The value of an {@code Authorization} header (RFC 7617, in UTF-8). */
    public String authorization() {
      byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "basic credentials";
    }
  }

  /** What {@code docker login} leaves of an OAuth2 login: a refresh token for the token server. */
  record IdentityToken(String token) implements Credential {
    @Override
    public String toString() {
      return "identity token";
    }
  }

  /**
   * The operator's own identity at a registry: a name here, a secret only while it is used.
   *
   * @param identity as {@link RegistryHost#ambientIdentity}
   * @param host the registry, as in image references
   */
  record Ambient(String identity, String host) implements Credential {}

  /** Several that may be right, tried in this order as the kubelet does; two at least. */
  record Several(List<Credential> each) implements Credential {
    public Several {
      each = List.copyOf(each);
    }
  }
}
