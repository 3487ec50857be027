package dev.pinnedimage.registry.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** After a change of the configuration, which may have mended what failed. */
class AskAgainTest extends LookupsHarness {
  private static final Set<Failure> REASONS = EnumSet.of(Failure.REGISTRY_NOT_ALLOWED);
  private static final Resolution NOT_ALLOWED =
      new Unresolved(Failure.REGISTRY_NOT_ALLOWED, "not allowed");

  @Test
  void asksAtOnceWhatHadFailedForOneOfTheReasons() {
    upstream = NOT_ALLOWED;
    settle();
    ask("a");
    pass(Duration.ofSeconds(5));
    upstream = ONE;

    lookups.askAgain(REASONS);
    runPending();

    assertThat(asked).isEqualTo(2);
    assertThat(told).containsExactly(Set.of("a"));
  }

  @Test
  void leavesTheOthersAlone() {
    settle();
    pass(Duration.ofSeconds(5));
    lookups.askAgain(REASONS);
    change(new Unresolved(Failure.TAG_NOT_FOUND, "no tag"));
    lookups.askAgain(REASONS);

    assertThat(pending).isEmpty();
    assertThat(asked).isEqualTo(2);
  }

  /** Within a second of the last one, so that it reads what was before the change. */
  @Test
  void tellsTheSubscribersToComeBackWhereItIsTooSoon() {
    upstream = NOT_ALLOWED;
    settle();
    ask("a");

    lookups.askAgain(REASONS);

    assertThat(pending).isEmpty();
    assertThat(told).containsExactly(Set.of("a"));
    assertThat(nextCheckIn("a")).isEqualTo(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    ask("a");
    runPending();
    assertThat(asked).isEqualTo(2);
  }

  /** Such as that of an open circuit, which the configuration had opened. */
  @Test
  void doesNotWaitForTheMomentThatTheFailureHadNamed() {
    upstream =
        new Unresolved(
            Failure.REGISTRY_NOT_ALLOWED, "not allowed", now.plus(Duration.ofMinutes(1)));
    settle();
    ask("a");
    pass(Duration.ofSeconds(2));
    lookups.lookNow(TAG);
    assertThat(pending).isEmpty();

    lookups.askAgain(REASONS);

    assertThat(pending).hasSize(1);
  }

  @Test
  void repeatsAFirstLookUpThatIsUnderWay() {
    ask("a");
    pass(Duration.ofSeconds(2));

    lookups.askAgain(REASONS);
    runPending();

    assertThat(asked).isEqualTo(2);
  }
}
