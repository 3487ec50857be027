package dev.pinnedimage.image;

/**
 * Why a reference could not be resolved: the reasons that a person reads in the {@code Resolved}
 * condition, each with the moment at which asking again makes sense.
 */
public enum Failure {
  /** The text is no image reference that a registry could be asked for. */
  INVALID_REFERENCE("InvalidReference", Retry.ON_CHANGE),
  /** The repository exists (or the registry does not say), the tag does not. */
  TAG_NOT_FOUND("TagNotFound", Retry.SLOW),
  /** The registry says that it has no such repository. */
  REPOSITORY_NOT_FOUND("RepositoryNotFound", Retry.SLOW),
  /** The registry wants credentials and none were found. */
  AUTHENTICATION_REQUIRED("AuthenticationRequired", Retry.ON_CHANGE),
  /** The registry refused the credentials that were found. */
  CREDENTIALS_REJECTED("CredentialsRejected", Retry.ON_CHANGE),
  /** The credentials are good, but not for this repository. */
  ACCESS_DENIED("AccessDenied", Retry.ON_CHANGE),
  /** A pull secret is not what it should be. */
  CREDENTIALS_INVALID("CredentialsInvalid", Retry.ON_CHANGE),
  /** The operator's own identity at the registry could not be had. */
  CREDENTIAL_HELPER_FAILED("CredentialHelperFailed", Retry.BACK_OFF),
  /** The registry asks us to come back later (429). */
  RATE_LIMITED("RateLimited", Retry.AT_TIME),
  /** No connection, or no complete answer before the deadline. */
  REGISTRY_UNREACHABLE("RegistryUnreachable", Retry.BACK_OFF),
  /** The certificate is not trusted, or is another host's. */
  TLS_VERIFICATION_FAILED("TLSVerificationFailed", Retry.BACK_OFF),
  /** The registry answered with a 5xx status or another that makes no sense here. */
  REGISTRY_UNAVAILABLE("RegistryUnavailable", Retry.BACK_OFF),
  /** The operator's configuration does not allow this host or its address. */
  REGISTRY_NOT_ALLOWED("RegistryNotAllowed", Retry.SLOW),
  /** The registry names a token server that must not be asked, or not with these credentials. */
  TOKEN_REALM_REFUSED("TokenRealmRefused", Retry.SLOW),
  /** A redirect that is not followed: too many, or to a place that is not allowed. */
  REDIRECT_REFUSED("RedirectRefused", Retry.SLOW),
  /** Neither an index nor an image manifest: schema 1, an artifact, something else. */
  UNSUPPORTED_MEDIA_TYPE("UnsupportedMediaType", Retry.SLOW),
  /** The bytes are not the manifest that they claim to be. */
  MANIFEST_INVALID("ManifestInvalid", Retry.SLOW),
  /** More bytes than the bounds allow. */
  MANIFEST_TOO_LARGE("ManifestTooLarge", Retry.SLOW),
  /** The bytes do not have the digest that was asked for. */
  DIGEST_MISMATCH("DigestMismatch", Retry.SLOW),
  /** The registry does not have the digest that is pinned or approved. */
  PINNED_DIGEST_GONE("PinnedDigestGone", Retry.SLOW);

  /** When it makes sense to ask again. */
  public enum Retry {
    /** Only a change of the spec or of a Secret can help; Secrets are read again every 30 s. */
    ON_CHANGE,
    /** Not before the moment that the registry named. */
    AT_TIME,
    /** Soon, then less and less often. */
    BACK_OFF,
    /** At the next interval: a person has to push or repair something. */
    SLOW
  }

  private final String reason;
  private final Retry retry;

  Failure(String reason, Retry retry) {
    this.reason = reason;
    this.retry = retry;
  }

  /** The spelling in conditions and events. */
  public String reason() {
    return reason;
  }

  public Retry retry() {
    return retry;
  }

  /** The registry could not be asked, which says nothing about the image. */
  public boolean isTransient() {
    return switch (this) {
      case RATE_LIMITED, REGISTRY_UNREACHABLE, REGISTRY_UNAVAILABLE -> true;
      default -> false;
    };
  }
}
