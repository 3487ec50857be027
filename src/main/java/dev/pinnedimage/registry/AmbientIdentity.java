package dev.pinnedimage.registry;

import dev.pinnedimage.image.Failure;

/** The seam to clouds and credential helpers: who the operator itself is at a registry. */
@FunctionalInterface
public interface AmbientIdentity {
  /** Where nothing is configured, nobody can ask for it. */
  AmbientIdentity NONE =
      ambient -> {
        throw new Refusal(
            Failure.CREDENTIAL_HELPER_FAILED,
            "the ambient identity %s is not available".formatted(ambient.identity()));
      };

  /**
   * Blocks while a cloud or a helper is asked; caches what it got until it expires.
   *
   * @return {@link Credential.Basic} or {@link Credential.IdentityToken}
   * @throws Refusal CREDENTIAL_HELPER_FAILED, without anything secret
   */
  Credential credential(Credential.Ambient ambient) throws Refusal;
}
