package dev.pinnedimage.notification;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.InvalidSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationSettingsTest {
  private static final Path FILE = Path.of("secret");

  @TempDir Path directory;

  private static NotificationSource source(
      String name, String type, @Nullable Path file, @Nullable String registry) {
    return new NotificationSource(name, type, file, registry);
  }

  @Test
  void isOffWhereNothingIsSaid() {
    assertThatCode(NotificationSettings.OFF::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Distribution", "DockerHub", "GitHub", "Quay", "Harbor", "PubSub", "EventBridge"})
  void knowsEveryType(String type) {
    NotificationSettings settings =
        new NotificationSettings("[::]:8090", List.of(source("a", type, FILE, "a.corp:5000")));

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          8090         | a    | Quay | s | -          | notifications.address "8090" is not host:port, such as 0.0.0.0:8090
          a.corp:70000 | a    | Quay | s | -          | notifications.address "a.corp:70000" is not host:port, such as 0.0.0.0:8090
          a.corp:8090  | A/b  | Quay | s | -          | notifications.sources: "A/b" is no name: take lower-case letters, digits and -
          a.corp:8090  | ''   | Quay | s | -          | notifications.sources: "" is no name: take lower-case letters, digits and -
          a.corp:8090  | a    | quay | s | -          | notifications.sources: "a" needs a type, one of Distribution, DockerHub, GitHub, Quay, Harbor, PubSub, EventBridge
          -            | a    | ''   | s | -          | notifications.sources: "a" needs a type, one of Distribution, DockerHub, GitHub, Quay, Harbor, PubSub, EventBridge
          a.corp:8090  | a    | Quay | - | -          | notifications.sources: "a" needs a secretFile: without a secret anybody would be heard
          a.corp:8090  | a    | Quay | s | registry   | notifications.sources: "a" has a registry that is not host[:port] as in image references
          a.corp:8090  | a    | Quay | s | https://a.b | notifications.sources: "a" has a registry that is not host[:port] as in image references
          """)
  void saysInOneSentenceWhatIsWrong(
      String address, String name, String type, Path file, String registry, String sentence) {
    NotificationSettings settings =
        new NotificationSettings(address, List.of(source(name, type, file, registry)));

    assertThatThrownBy(settings::check).isInstanceOf(InvalidSettings.class).hasMessage(sentence);
  }

  @Test
  void refusesTwoSourcesOfOneName() {
    NotificationSource one = source("a", "Quay", FILE, null);

    assertThatThrownBy(new NotificationSettings("a.corp:8090", List.of(one, one))::check)
        .hasMessage("notifications.sources: \"a\" stands there twice");
  }

  @Test
  void refusesAnAddressWhereNobodyWouldBeHeard() {
    assertThatThrownBy(new NotificationSettings("a.corp:8090", List.of())::check)
        .hasMessage("notifications: an address without sources: nobody would be heard; name one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "thirty-one-characters-are-short", "has a space, but is long enough for us"})
  void doesNotStartWithoutASecret(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), content);

    assertThatThrownBy(() -> start(source("hub", "DockerHub", file, null)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "notifications.sources: \"hub\": its secretFile "
                + file
                + " must be readable and hold one line of 32 to 256 letters, digits, or any of"
                + " ._~- (openssl rand -hex 32 makes one)");
  }

  @Test
  void doesNotStartWhereTheSecretFileIsMissing() {
    assertThatThrownBy(() -> start(source("hub", "DockerHub", directory.resolve("none"), null)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("must be readable");
  }

  @Test
  void saysThatTheAddressIsTaken() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "s".repeat(32));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      NotificationSettings settings =
          new NotificationSettings(address, List.of(source("hub", "DockerHub", secret, null)));

      assertThatThrownBy(() -> NotificationEndpoint.start(settings, Instant::now, _ -> {}))
          .isInstanceOf(InvalidSettings.class)
          .hasMessageStartingWith("cannot listen at notifications.address " + address + ": ")
          .hasMessageEndingWith("; choose another");
    }
  }

  private static void start(NotificationSource source) {
    NotificationEndpoint.start(
            new NotificationSettings("127.0.0.1:0", List.of(source)), Instant::now, _ -> {})
        .close();
  }
}
