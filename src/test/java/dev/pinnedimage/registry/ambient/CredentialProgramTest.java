package dev.pinnedimage.registry.ambient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With real programs. */
class CredentialProgramTest {
  private static final String NAME = "docker-credential-test";
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path bin;

  private Identity program(String script) throws IOException {
    Path file = Files.writeString(bin.resolve(NAME), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return named(NAME);
  }

  private Identity named(String name) {
    var environment =
        Map.of("PATH", "/nowhere::" + bin + ":/usr/bin:/bin", "FROM_THE_OPERATOR", "hunter2");
    return new CredentialProgram(name, environment, () -> NOW);
  }

  private Refusal refusal(String script) throws Exception {
    Identity program = program(script);
    try {
      program.acquire("r.example");
    } catch (Refusal e) {
      assertThat(e.reason()).isEqualTo(Failure.CREDENTIAL_HELPER_FAILED);
      return e;
    }
    throw new AssertionError("no refusal");
  }

  @Test
  void isAskedAsDockerAsksIt() throws Exception {
    Identity program =
        program(
            """
            read server
            printf '{"ServerURL":"%s","Username":"%s %s","Secret":"%s"}' "$server" "$1" "$server" "$FROM_THE_OPERATOR"
            """);

    assertThat(program.acquire("r.example:5000"))
        .isEqualTo(
            new Acquired(
                new Credential.Basic("get r.example:5000", "hunter2"),
                NOW.plus(Duration.ofMinutes(5))));
    assertThat(program.acquire("docker.io").credential())
        .isEqualTo(new Credential.Basic("get https://index.docker.io/v1/", "hunter2"));
  }

  @Test
  void mayAnswerWithAnIdentityToken() throws Exception {
    Identity program = program("echo '{\"Username\":\"<token>\",\"Secret\":\"refresh\"}'");

    assertThat(program.acquire("r.example").credential())
        .isEqualTo(new Credential.IdentityToken("refresh"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          echo 'credentials not found in native keychain'; exit 1 | docker-credential-test has no credentials for r.example
          echo 'hunter2 is wrong'; echo hunter2 >&2; exit 3        | docker-credential-test failed for r.example with exit code 3
          kill -9 $$                                              | docker-credential-test failed for r.example with exit code 137
          echo 'hunter2'                                          | docker-credential-test answers for r.example with something that is no credentials
          echo '{"Username":"u"}'                                 | docker-credential-test answers for r.example with something that is no credentials
          true                                                    | docker-credential-test answers for r.example with something that is no credentials
          while true; do echo hunter2hunter2hunter2hunter2; done  | docker-credential-test answers with more than 64 KiB
          """)
  void saysInOneSentenceWhatIsWrongAndRepeatsNothing(String script, String sentence)
      throws Exception {
    assertThat(refusal(script)).hasMessage(sentence);
  }

  @Test
  void saysThatAProgramIsNotThereOrNotExecutable() throws Exception {
    Files.writeString(bin.resolve("docker-credential-plain"), "no program");

    for (String name : new String[] {"docker-credential-none", "docker-credential-plain"}) {
      assertThatThrownBy(() -> named(name).acquire("r.example"))
          .isInstanceOf(Refusal.class)
          .hasMessage(name + " is on no directory of the operator's PATH");
    }
  }

  @Test
  void saysThatAProgramCannotBeStarted() throws Exception {
    program("true");
    Files.writeString(bin.resolve(NAME), "#!/nowhere/interpreter\n");

    assertThatThrownBy(() -> named(NAME).acquire("r.example"))
        .hasMessage("docker-credential-test cannot be started");
  }

  @Test
  void isKilledWithItsChildrenAtTheDeadline() throws Exception {
    Path pids = bin.resolve("pids");
    Identity program = program("sleep 600 & echo $! $$ > " + pids + "\nwait");
    var identities = new AmbientIdentities(name -> program, Duration.ofSeconds(2), () -> NOW);

    assertThatThrownBy(() -> identities.credential(new Credential.Ambient(NAME, "r.example")))
        .hasMessageContaining("was not to be had within 2 s");

    for (String pid : Files.readString(pids).strip().split(" ", -1)) {
      await()
          .until(() ->
              ProcessHandle.of(Long.parseLong(pid)).stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @Test
  void isNoShellCommand() throws Exception {
    Path touched = bin.resolve("touched");
    program("echo '{\"Username\":\"u\",\"Secret\":\"s\"}'");

    named(NAME).acquire("r.example; touch " + touched);

    assertThat(touched).doesNotExist();
  }
}
