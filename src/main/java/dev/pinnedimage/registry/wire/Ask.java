package dev.pinnedimage.registry.wire;

import org.jspecify.annotations.Nullable;

/**
 * One question to a registry, wherever redirects take it.
 *
 * @param maxBytes of the body of a good answer; one byte more is a refusal
 * @param form the body, {@code application/x-www-form-urlencoded}, where there is one; a secret
 */
public record Ask(String method, String path, String accept, int maxBytes, @Nullable String form) {
  public Ask(String method, String path, String accept, int maxBytes) {
    this(method, path, accept, maxBytes, null);
  }

  @Override
  public String toString() {
    return method;
  }
}
