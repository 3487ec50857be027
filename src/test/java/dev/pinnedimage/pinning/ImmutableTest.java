package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.immutable;
import static dev.pinnedimage.pinning.Fixtures.pinned;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What cannot be changed once it exists is reported, with a next step that leads somewhere. */
class ImmutableTest {
  private static final World RUNNING =
      World.of("{image: acme/web:1.4}")
          .reconciled()
          .running(immutable(deployment("job", "acme/web:1.4")));

  @Test
  void isNeverWritten() {
    assertThat(UnderPolicy.of(RUNNING).edits()).isEmpty();
    assertThat(RUNNING.plan().edits()).isEmpty();
  }

  @Test
  void isAppliedAgainAsItIsWhereAdmissionWritesThePin() {
    assertThat(UnderPolicy.of(RUNNING).plan().verdicts())
        .singleElement()
        .satisfies(verdict -> {
          assertThat(verdict.state()).isEqualTo(State.ReportOnly);
          assertThat(verdict.message())
              .contains(pinned("acme/web:1.4", FIRST))
              .endsWith("delete it and apply it again");
        });
  }

  @Test
  void needsAnotherImageInItsManifestWhereNothingWritesThePin() {
    assertThat(RUNNING.plan().verdicts())
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.message()).endsWith("with that image"));
  }
}
