package dev.pinnedimage.registry.ambient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Google's library against its recorded protocols on loopback. Their source: "Using OAuth 2.0 for
 * Server to Server Applications" and "About VM metadata" of Google Cloud's documentation.
 */
class GarIdentityIT {
  private static final String HOST = "europe-docker.pkg.dev";
  private static final String METADATA_TOKEN =
      "GET /computeMetadata/v1/instance/service-accounts/default/token?scopes=https://www.googleapis.com/auth/devstorage.read_only";
  private static final String TOKEN =
      "{\"access_token\":\"ya29.token\",\"expires_in\":3599,\"token_type\":\"Bearer\"}";

  @TempDir Path home;
  private final List<String> forms = new CopyOnWriteArrayList<>();
  private ScriptedRegistry google;

  @BeforeEach
  void start() throws IOException {
    google = new ScriptedRegistry();
  }

  @AfterEach
  void stop() {
    google.close();
  }

  private void answer(String request, int status, String body) {
    google.on(
        request,
        exchange -> {
          forms.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          ScriptedRegistry.answer(
              exchange,
              status,
              body,
              "Metadata-Flavor",
              "Google",
              "Content-Type",
              "application/json");
        });
  }

  /** A key file, as the console of Google Cloud hands it out. */
  private Path keyFile() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
    String pem = Base64.getMimeEncoder().encodeToString(key);
    var file =
        Map.of(
            "type", "service_account",
            "client_id", "1",
            "client_email", "operator@project.iam.gserviceaccount.com",
            "private_key_id", "key-1",
            "private_key", "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n",
            "token_uri", IdentityProcess.url(google.authority(), "/token"));
    return Files.write(home.resolve("key.json"), new JsonMapper().writeValueAsBytes(file));
  }

  private IdentityProcess withKeyFile() throws Exception {
    return IdentityProcess.start(
        home, Map.of("GOOGLE_APPLICATION_CREDENTIALS", keyFile().toString()));
  }

  @Test
  void signsForATokenWithAKeyFile() throws Exception {
    answer("POST /token", 200, TOKEN);

    try (IdentityProcess process = withKeyFile()) {
      assertThat(process.ask("GAR", HOST)).isEqualTo("oauth2accesstoken:ya29.token");
      assertThat(process.ask("GAR", HOST)).isEqualTo("oauth2accesstoken:ya29.token");
    }

    assertThat(forms).hasSize(1);
    assertThat(claims(forms.getFirst()))
        .contains(
            "\"iss\":\"operator@project.iam.gserviceaccount.com\"",
            "\"scope\":\"https://www.googleapis.com/auth/devstorage.read_only\"");
  }

  private static String claims(String form) {
    String assertion = URLDecoder.decode(form, UTF_8).replaceFirst(".*assertion=", "");
    return new String(Base64.getUrlDecoder().decode(assertion.split("\\.", -1)[1]), UTF_8);
  }

  @Test
  void saysThatGoogleGivesNoToken() throws Exception {
    answer("POST /token", 400, "{\"error\":\"invalid_grant\",\"error_description\":\"hunter2\"}");

    try (IdentityProcess process = withKeyFile()) {
      assertThat(process.ask("GAR", HOST))
          .isEqualTo(
              "CredentialHelperFailed: Google gives no access token for the operator's identity: check what its service account may act as, and that Google's token endpoint can be reached");
    }
  }

  @Test
  void asksTheMetadataServerOfThePod() throws Exception {
    answer("GET /", 200, "computeMetadata/\n");
    answer(METADATA_TOKEN, 200, TOKEN);

    try (IdentityProcess process =
        IdentityProcess.start(home, Map.of("GCE_METADATA_HOST", google.authority()))) {
      assertThat(process.ask("GAR", "gcr.io")).isEqualTo("oauth2accesstoken:ya29.token");
    }
    assertThat(google.requests()).contains(METADATA_TOKEN);
  }

  @Test
  void saysThatThePodHasNoIdentity() throws Exception {
    try (IdentityProcess process = IdentityProcess.start(home, Map.of("NO_GCE_CHECK", "true"))) {
      assertThat(process.ask("GAR", HOST))
          .isEqualTo(
              "CredentialHelperFailed: the operator's pod has no Google identity: bind its service account to one, or mount a file that GOOGLE_APPLICATION_CREDENTIALS names");
    }
  }
}
