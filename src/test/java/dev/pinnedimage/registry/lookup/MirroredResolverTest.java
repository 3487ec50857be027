package dev.pinnedimage.registry.lookup;

import static dev.pinnedimage.registry.Fixtures.digestOf;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Shape;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Credential;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Query;
import dev.pinnedimage.registry.ResolverHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MirroredResolverTest {
  private static final Query ORIGINAL =
      new Query(reference("docker.io/library/nginx:1"), new Credential.Basic("hub", "h"));
  private static final Query AT_MIRROR =
      new Query(reference("mirror.example/hub/library/nginx:1"), new Credential.Basic("m", "m"));
  private static final Query MIRRORED =
      new Query(ORIGINAL.reference(), ORIGINAL.credential(), AT_MIRROR);
  private static final Unresolved DOWN = new Unresolved(Failure.REGISTRY_UNREACHABLE, "down");

  private final List<Query> asked = new ArrayList<>();
  private Resolution mirror = found("a");
  private Resolution original = found("a");
  private Instant now = ResolverHarness.NOW;
  private final MirroredResolver resolver =
      new MirroredResolver(
          query -> {
            asked.add(query);
            return query.reference().registry().equals("mirror.example") ? mirror : original;
          },
          () -> now);

  private static Resolved found(String content) {
    return new Resolved(digestOf(content), "index", Shape.INDEX, List.of());
  }

  private Resolution ask() {
    return resolver.resolve(MIRRORED);
  }

  @Test
  void asksTheMirrorAloneWithItsOwnCredentialsWhileItAnswers() {
    assertThat(ask()).isEqualTo(found("a"));
    mirror = found("b");
    assertThat(ask()).isEqualTo(found("b"));

    assertThat(asked).containsExactly(AT_MIRROR, AT_MIRROR);
  }

  @Test
  void fallsBackToTheRegistryWithItsCredentials() {
    mirror = DOWN;

    assertThat(ask()).isEqualTo(found("a"));
    assertThat(asked).containsExactly(AT_MIRROR, ORIGINAL);
  }

  @Test
  void holdsBackForTenMinutesWhatOnlyAFallbackBrought() {
    ask();
    mirror = DOWN;
    original = found("b");

    Resolved held = (Resolved) ask();
    assertThat(held.digest()).isEqualTo(found("a").digest());
    assertThat(held.note())
        .contains(
            "mirror.example does not answer", "docker.io says " + found("b").digest().shortForm())
        .contains("before 2026-11-24T10:10:00Z");
    now = now.plus(Duration.ofMinutes(10).minusSeconds(1));
    assertThat(ask()).isEqualTo(held);

    now = now.plusSeconds(1);
    assertThat(ask()).isEqualTo(found("b"));
  }

  @Test
  void doesNotFlapBetweenTwoThatDisagree() {
    ask();
    original = found("b");
    for (int i = 0; i < 30; i++) {
      mirror = i % 2 == 0 ? DOWN : found("a");
      now = now.plus(Duration.ofMinutes(1));
      assertThat(((Resolved) ask()).digest()).isEqualTo(found("a").digest());
    }
  }

  @Test
  void aStaleMirrorThatComesBackIsDoubtedToo() {
    mirror = DOWN;
    original = found("new");
    ask();
    mirror = found("old");

    assertThat(((Resolved) ask()).digest()).isEqualTo(found("new").digest());
  }

  @Test
  void believesTheRegistryOnceTheMirrorHasBeenSilentForTenMinutes() {
    ask();
    mirror = DOWN;
    assertThat(ask()).isEqualTo(found("a"));
    original = found("b");
    assertThat(((Resolved) ask()).digest()).isEqualTo(found("a").digest());

    now = now.plus(Duration.ofMinutes(10));
    assertThat(ask()).isEqualTo(found("b"));
    original = found("c");
    assertThat(ask()).isEqualTo(found("c"));
  }

  @Test
  void saysWhyBothDoNotHelp() {
    mirror = new Unresolved(Failure.TAG_NOT_FOUND, "none");
    original = DOWN;

    assertThat(ask())
        .isEqualTo(
            new Unresolved(
                Failure.REGISTRY_UNREACHABLE,
                "down; its mirror mirror.example does not help: TagNotFound"));
  }

  @Test
  void holdsNothingBackThatIsAskedByDigest() {
    Query byDigest = MIRRORED.at(digestOf("a"));
    assertThat(resolver.resolve(byDigest)).isEqualTo(found("a"));
    mirror = new Unresolved(Failure.PINNED_DIGEST_GONE, "gone");

    assertThat(resolver.resolve(byDigest)).isEqualTo(found("a"));
    assertThat(asked).extracting(q -> q.reference().digest()).containsOnly(digestOf("a").value());
  }

  @Test
  void asksOnlyTheRegistryWhereThereIsNoMirror() {
    assertThat(resolver.resolve(Fixtures.query("docker.io/library/nginx:1"))).isEqualTo(found("a"));
    assertThat(asked).hasSize(1);
  }
}
