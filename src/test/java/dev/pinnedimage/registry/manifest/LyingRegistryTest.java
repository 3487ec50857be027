package dev.pinnedimage.registry.manifest;

import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.AmbientIdentity;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.RawServer;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.limit.HostLimits;
import dev.pinnedimage.registry.wire.AddressGuard;
import dev.pinnedimage.registry.wire.Ask;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow, broken and hostile servers; the deadline is 400 ms here. */
class LyingRegistryTest {
  private static final String OK = "HTTP/1.1 200 OK\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200",
        "HTTP/1.1 200 OK\r\nX-Slow: ",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{",
        "HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n{",
      })
  void givesUpAtTheDeadlineAndHangsUp(String start) throws Exception {
    try (var server = new RawServer(RawServer.trickling(start))) {
      long before = System.nanoTime();
      Unresolved failure = byDigest(server.authority());

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(900));
      assertThat(failure.reason()).isEqualTo(Failure.REGISTRY_UNREACHABLE);
      assertThat(failure.message()).contains("gave no complete answer within 0.4 s;");
      assertThat(server.wasHungUpOn()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"schemaVersion\":2",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"sch",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
      })
  void callsABrokenAnswerUnreachable(String answer) throws IOException {
    try (var server = new RawServer(RawServer.saying(answer))) {
      assertThat(byDigest(server.authority()))
          .satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(Failure.REGISTRY_UNREACHABLE);
            assertThat(failure.message())
                .startsWith(server.authority() + "/team/app@")
                .doesNotContain("Exception", "SSH");
          });
    }
  }

  @Test
  void countsTheLookUpOfTheNameAsPartOfTheDeadline() {
    AddressGuard.Names stalling =
        host -> {
          try {
            Thread.sleep(Duration.ofSeconds(5));
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          throw new UnknownHostException(host);
        };
    var guard = new AddressGuard(RegistrySettings.NONE, stalling);
    var exchange =
        new Exchange(
            RegistrySettings.NONE,
            guard,
            AmbientIdentity.NONE,
            new HostLimits(InstantSource.system(), new Random()),
            Duration.ofMillis(200));
    long before = System.nanoTime();

    assertThatThrownBy(
            () -> exchange.send(Fixtures.query("slow.example/a:1"), new Ask("GET", "/", "*/*", 1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("within 0.2 s");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void callsAClosedPortUnreachable() throws IOException {
    String authority;
    try (var server = new RawServer(RawServer.saying(""))) {
      authority = server.authority();
    }

    assertThat(byDigest(authority).message()).contains("the registry cannot be connected to;");
  }

  @Test
  void readsNoMoreThanFourMebibytes() throws IOException {
    RawServer.Script endless =
        out -> {
          out.write(RawServer.ascii(OK + "Content-Type: " + MediaTypes.OCI_INDEX + "\r\n\r\n"));
          while (true) {
            out.write(new byte[64 * 1024]);
          }
        };
    try (var server = new RawServer(endless)) {
      Unresolved failure = ask(server.authority(), Duration.ofSeconds(10));

      assertThat(failure.reason()).isEqualTo(Failure.MANIFEST_TOO_LARGE);
      assertThat(failure.message()).contains("more than 4 MiB");
    }
  }

  @Test
  void doesNotReadEndlessHeaders() throws Exception {
    RawServer.Script endless =
        out -> {
          out.write(RawServer.ascii(OK));
          for (long i = 0; ; i++) {
            out.write(RawServer.ascii("X-" + i + ": " + "x".repeat(1000) + "\r\n"));
          }
        };
    try (var server = new RawServer(endless)) {
      assertThat(ask(server.authority(), Duration.ofSeconds(10)))
          .satisfies(failure -> {
            assertThat(failure.reason()).isEqualTo(Failure.REGISTRY_UNREACHABLE);
            assertThat(failure.message()).doesNotContain("within");
          });
      assertThat(server.wasHungUpOn()).isTrue();
    }
  }

  @Test
  void hangsUpOnAServerThatSpeaksSomethingElseAndWaits() throws Exception {
    RawServer.Script waiting =
        out -> {
          out.write(RawServer.ascii("SSH-2.0-OpenSSH_9.6\r\n"));
          while (true) {
            Thread.sleep(20);
            out.write(' ');
            out.flush();
          }
        };
    try (var server = new RawServer(waiting)) {
      assertThat(byDigest(server.authority()).reason()).isEqualTo(Failure.REGISTRY_UNREACHABLE);
      assertThat(server.wasHungUpOn()).isTrue();
    }
  }

  @Test
  void boundsTheBodyOfAnErrorToo() throws IOException {
    RawServer.Script endless =
        out -> {
          out.write(RawServer.ascii("HTTP/1.1 500 Oops\r\n\r\n"));
          while (true) {
            out.write(new byte[64 * 1024]);
          }
        };
    try (var server = new RawServer(endless)) {
      assertThat(ask(server.authority(), Duration.ofSeconds(10)).message())
          .endsWith("the registry answers with status 500; see its log");
    }
  }

  @Test
  void believesNoDigestOfATruncatedBodyWithoutLength() throws IOException {
    try (var server = new RawServer(RawServer.saying(OK + "Connection: close\r\n\r\n{\"schema"))) {
      assertThat(byDigest(server.authority()).reason()).isEqualTo(Failure.DIGEST_MISMATCH);
    }
  }

  private static Unresolved byDigest(String authority) {
    return ask(authority, Duration.ofMillis(400));
  }

  private static Unresolved ask(String authority, Duration deadline) {
    var settings = Fixtures.plainHttp(authority);
    var resolver = new RegistryResolver(settings, InstantSource.system(), deadline);
    var image = reference(authority + "/team/app@" + Fixtures.DIGEST);
    return (Unresolved) resolver.resolve(new Query(image, Credential.ANONYMOUS));
  }
}
