package dev.pinnedimage.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagedProcessTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void aCleanCloseLeavesNothingBehind() {
    RunDirectory run = new RunDirectory();
    ManagedProcess sleeper = sh(run, "sleeper", "exec sleep 600");
    run.close();
    assertThat(sleeper.isAlive()).isFalse();
    assertThat(run.path()).doesNotExist();
  }

  @Test
  void anUnexpectedDeathIsToldWithTheEndOfTheLog() throws IOException {
    RunDirectory run = new RunDirectory();
    ManagedProcess dying = sh(run, "dying", "echo the reason; exit 3");

    assertThatThrownBy(() -> dying.await("the impossible", SOON, () -> false))
        .hasMessageContaining("dying died with exit code 3")
        .hasMessageContaining("the reason");
    assertThatThrownBy(dying::stop).hasMessageContaining("dying died");
    assertThatThrownBy(run::close).hasMessageContaining(dying.logFile().toString());

    assertThat(dying.logFile()).hasContent("the reason");
    Files.delete(dying.logFile());
    Files.delete(run.path());
  }

  @Test
  void stopsAndKillsWithTheSignalsOfThatName() {
    try (RunDirectory run = new RunDirectory()) {
      ManagedProcess polite = sh(run, "polite", "trap 'exit 7' TERM; echo up; sleep 600 & wait");
      polite.await("its trap", SOON, () -> polite.log().contains("up"));
      assertThat(polite.stop()).isEqualTo(7);

      ManagedProcess killed = sh(run, "killed", "exec sleep 600");
      killed.kill();
      assertThat(killed.awaitExit(SOON)).isEqualTo(137);
    }
  }

  @Test
  void takesAnotherPortWhereSomebodyWasQuicker() {
    List<Integer> ports = new ArrayList<>();
    try (RunDirectory run = new RunDirectory()) {
      int attempts =
          FreePort.start(
              run,
              port -> {
                ports.add(port);
                if (ports.size() == 1) {
                  sh(run, "late", "echo bind: address already in use; exit 1")
                      .await("a listener", SOON, () -> false);
                }
                return ports.size();
              });
      assertThat(attempts).isEqualTo(2);
    }
  }

  @Test
  void namesTheMissingBinaryAndWhatToRun(@TempDir Path first, @TempDir Path second)
      throws IOException {
    Binaries binaries = new Binaries(List.of(first, second));
    Path found = Files.createFile(second.resolve("etcd"));

    assertThat(binaries.path("etcd")).isEqualTo(found);
    assertThatThrownBy(() -> binaries.path("kwok"))
        .hasMessageContaining("kwok is in none of")
        .hasMessageEndingWith("run: make controlplane gitops-tools");
  }

  private static ManagedProcess sh(RunDirectory run, String name, String script) {
    return ManagedProcess.start(run, name, Map.of(), List.of("sh", "-c", script));
  }
}
