package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.reference;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RawServer;
import dev.pinnedimage.registry.ScriptedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final String PASSWORD = "changeit";
  @TempDir static Path dir;

  @BeforeAll
  static void makeCertificates() throws Exception {
    make("right", "ip:127.0.0.1");
    make("wrong", "dns:other.example");
  }

  @Test
  void trustsAPrivateAuthorityForItsHost() throws Exception {
    try (var registry = serve("right")) {
      assertThat(ask(registry.authority(), dir.resolve("right.pem"))).isInstanceOf(Resolved.class);
    }
  }

  @Test
  void saysThatACertificateIsNotTrustedAndWhatToConfigure() throws Exception {
    try (var registry = serve("right")) {
      assertThat(message(ask(registry.authority(), null)))
          .contains("is not trusted", "caFile for host " + registry.authority())
          .doesNotContain("Exception", "PKIX");
    }
  }

  @Test
  void refusesTheCertificateOfAnotherHost() throws Exception {
    try (var registry = serve("wrong")) {
      assertThat(message(ask(registry.authority(), dir.resolve("wrong.pem"))))
          .contains("another host's");
    }
  }

  @Test
  void saysThatAServerSpeaksPlainHttpAndNeverFallsBackToIt() throws Exception {
    // What Go's server answers to a ClientHello; one that waits for more runs into the deadline.
    var answer = RawServer.saying("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    try (var registry = new RawServer(answer)) {
      assertThat(message(ask(registry.authority(), null)))
          .contains("does not speak TLS", "plainHttp: true for host " + registry.authority());
    }
  }

  @Test
  void doesNotMistakeAServerThatHangsUpForOneWithoutTls() throws Exception {
    try (var registry = new RawServer(RawServer.saying(""))) {
      assertThat(((Unresolved) ask(registry.authority(), null)).message())
          .doesNotContain("does not speak TLS");
    }
  }

  private static String message(Resolution resolution) {
    assertThat(((Unresolved) resolution).reason()).isEqualTo(Failure.TLS_VERIFICATION_FAILED);
    return ((Unresolved) resolution).message();
  }

  private static Resolution ask(String authority, @Nullable Path caFile) {
    Map<String, Object> entry =
        new HashMap<>(Map.of("host", authority, "allowPrivateAddresses", true));
    if (caFile != null) {
      entry.put("caFile", caFile.toString());
    }
    var settings = Fixtures.settings(entry);
    return new RegistryResolver(settings, InstantSource.system())
        .resolve(new Query(reference(authority + "/a:1"), Credential.ANONYMOUS));
  }

  private static ScriptedRegistry serve(String name) throws Exception {
    var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var store = KeyStore.getInstance(dir.resolve(name + ".p12").toFile(), PASSWORD.toCharArray());
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new ScriptedRegistry(server)
        .serve("a", "1", MediaTypes.OCI_INDEX, index(entry("linux", "amd64")));
  }

  private static void make(String name, String subjectAlternativeName) throws Exception {
    keytool(
        "-genkeypair -keyalg EC -alias a -dname CN=test -validity 2 -ext bc=ca:true -ext san="
            + subjectAlternativeName,
        name);
    keytool("-exportcert -rfc -alias a -file " + dir.resolve(name + ".pem"), name);
  }

  private static void keytool(String arguments, String name)
      throws IOException, InterruptedException {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String store = " -storetype PKCS12 -storepass " + PASSWORD + " -keystore ";
    String command = keytool + " " + arguments + store + dir.resolve(name + ".p12");
    Process process = new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
