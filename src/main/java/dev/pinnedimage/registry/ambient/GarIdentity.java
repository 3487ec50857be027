package dev.pinnedimage.registry.ambient;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.oauth2.AccessToken;
import com.google.auth.oauth2.GoogleCredentials;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Objects;

/**
 * Google Artifact Registry and Container Registry: the application default credentials of the
 * operator's pod, as an access token that is the password of {@code oauth2accesstoken} (Artifact
 * Registry's manual, "Access token").
 */
final class GarIdentity implements Identity {
  /** Reading objects suffices to pull, and a token that got lost would open no more. */
  private static final String SCOPE = "https://www.googleapis.com/auth/devstorage.read_only";

  private static final Duration LIFE_NOT_SAID = Duration.ofMinutes(5);

  private final HttpTransport transport;
  private final InstantSource clock;

  GarIdentity(Connections connections, InstantSource clock) {
    this.transport =
        new NetHttpTransport.Builder()
            .setConnectionFactory(url -> connections.open(URI.create(url.toExternalForm())))
            .build();
    this.clock = clock;
  }

  @Override
  public Acquired acquire(String host) throws Refusal {
    AccessToken token = token(found());
    Instant expiresAt =
        Objects.requireNonNullElse(
                token.getExpirationTime(), Date.from(clock.instant().plus(LIFE_NOT_SAID)))
            .toInstant();
    return new Acquired(
        new Credential.Basic("oauth2accesstoken", token.getTokenValue()), expiresAt);
  }

  private GoogleCredentials found() throws Refusal {
    try {
      return GoogleCredentials.getApplicationDefault(() -> transport).createScoped(SCOPE);
    } catch (IOException e) {
      throw Failures.because(
          "the operator's pod has no Google identity: bind its service account to one, or mount a file that GOOGLE_APPLICATION_CREDENTIALS names");
    }
  }

  private static AccessToken token(GoogleCredentials credentials) throws Refusal {
    try {
      return credentials.refreshAccessToken();
    } catch (IOException e) {
      throw Failures.because(
          "Google gives no access token for the operator's identity: check what its service account may act as, and that Google's token endpoint can be reached");
    }
  }
}
