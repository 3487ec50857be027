package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.NOW;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static dev.pinnedimage.pinning.Fixtures.states;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.pinning.observed.Container.Writer;
import dev.pinnedimage.pinning.observed.Workload;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Admission may write the earlier pin into a workload that is created just as the pin moves. */
class CreatedWithAnEarlierPinTest {
  private static final Instant MOVED_AT = NOW.plus(Duration.ofHours(1));
  private static final World MOVED =
      World.of("{image: acme/web:1.4}")
          .reconciled()
          .after(Duration.ofHours(1))
          .tag(SECOND)
          .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
          .reconciled()
          .after(Duration.ofHours(1));

  @ParameterizedTest
  @CsvSource({
    "true, -1, Pinned",
    "true, 0, Pinned",
    "true, 1, RolledBackByUser",
    "false, 0, RolledBackByUser",
  })
  void isNoRollbackWithinTheSecondOfTheMove(boolean atCreation, int seconds, String state) {
    Writer writer =
        new Writer("kubectl-create", "Update", MOVED_AT.plusSeconds(seconds), atCreation);
    Workload web = deployment("web", pinned("acme/web:1.4", FIRST));
    Workload written =
        web.withContainers(web.containers().stream().map(c -> c.writtenBy(writer)).toList());

    assertThat(states(MOVED.running(written).status())).containsExactly("web/c0 " + state);
  }
}
