package dev.pinnedimage.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

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
}
