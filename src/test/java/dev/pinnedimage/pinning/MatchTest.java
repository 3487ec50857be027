package dev.pinnedimage.pinning;

import static dev.pinnedimage.pinning.Fixtures.FIRST;
import static dev.pinnedimage.pinning.Fixtures.SECOND;
import static dev.pinnedimage.pinning.Fixtures.THIRD;
import static dev.pinnedimage.pinning.Fixtures.deployment;
import static dev.pinnedimage.pinning.Fixtures.digest;
import static dev.pinnedimage.pinning.Fixtures.labelled;
import static dev.pinnedimage.pinning.Fixtures.pinnedImage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.api.v1alpha1.PinnedImage;
import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Workload;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MatchTest {
  private static final KnownPins NONE_KNOWN = new KnownPins(Set.of(), Set.of());

  private static Match match(String wanted, String image) {
    return Match.of(ImageReference.parse(wanted).orElseThrow(), NONE_KNOWN, image);
  }

  @ParameterizedTest
  @CsvSource({
    "nginx:1.27, nginx:1.27, TAG",
    "nginx:1.27, docker.io/nginx:1.27, TAG",
    "nginx:1.27, docker.io/library/nginx:1.27, TAG",
    "nginx:1.27, index.docker.io/library/nginx:1.27, TAG",
    "nginx:1.27, registry-1.docker.io/library/nginx:1.27, TAG",
    "docker.io/library/nginx:1.27, nginx:1.27, TAG",
    "nginx, nginx:latest, TAG",
    "nginx:latest, nginx, TAG",
    "acme/web:1.4, docker.io/acme/web:1.4, TAG",
    "quay.io/acme/web:1.4, QUAY.io/acme/web:1.4, TAG",
    "localhost:5000/web:1, localhost:5000/web:1, TAG",
    "nginx:1.27, nginx:1.28, OTHER_TAG",
    "nginx:1.27, nginx, OTHER_TAG",
    "nginx:1.27, nginx:1.27.0, OTHER_TAG",
    "nginx:1.27, quay.io/nginx:1.27, NONE",
    "nginx:1.27, quay.io/library/nginx:1.27, NONE",
    "quay.io/nginx:1.27, quay.io/library/nginx:1.27, NONE",
    "nginx:1.27, acme/nginx:1.27, NONE",
    "localhost:5000/web:1, localhost:5001/web:1, NONE",
    "nginx:1.27, NGINX:1.27, NONE",
    "nginx:1.27, 'no reference', NONE",
    "nginx:1.27, nginx:1.27@, NONE",
    "nginx:1.27, '', NONE",
  })
  void comparesWhatReferencesMeanAndNotHowTheyAreSpelled(
      String wanted, String image, Match expected) {
    assertThat(match(wanted, image)).isEqualTo(expected);
  }

  static Stream<Arguments> digests() {
    return Stream.of(
        Arguments.of("the current pin", "acme/web:1.4@" + digest(SECOND), Match.KNOWN_PIN),
        Arguments.of("an earlier pin", "acme/web:1.4@" + digest(FIRST), Match.KNOWN_PIN),
        Arguments.of("spec.digest", "acme/web:1.4@" + digest(THIRD), Match.KNOWN_PIN),
        Arguments.of("a user's own", "acme/web:1.4@" + digest("x"), Match.FOREIGN_DIGEST),
        Arguments.of("a sha512", "acme/web:1.4@sha512:" + "a".repeat(128), Match.FOREIGN_DIGEST),
        Arguments.of("the pin, bare", "acme/web@" + digest(SECOND), Match.KNOWN_PIN),
        Arguments.of("an earlier pin, bare", "acme/web@" + digest(FIRST), Match.KNOWN_PIN),
        Arguments.of("a user's own, bare", "acme/web@" + digest("x"), Match.NONE),
        Arguments.of("a sha512, bare", "acme/web@sha512:" + "a".repeat(128), Match.NONE),
        Arguments.of("the pin of another repository", "b/web@" + digest(SECOND), Match.NONE),
        Arguments.of("the pin behind another tag", "acme/web:2@" + digest(SECOND), Match.OTHER_TAG),
        Arguments.of("another digest, tag", "acme/web:2@" + digest("x"), Match.OTHER_TAG));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("digests")
  void looksThroughADigestOnlyWhereItIsAPinThatIsKnown(String what, String image, Match expected) {
    PinnedImage pinnedImage =
        World.of("{image: acme/web:1.4}")
            .reconciled()
            .tag(SECOND)
            .spec("{image: acme/web:1.4, digest: '" + digest(SECOND) + "'}")
            .reconciled()
            .spec("{image: acme/web:1.4, digest: '" + digest(THIRD) + "'}")
            .pinnedImage();

    Match match =
        Match.of(Questions.reference(pinnedImage).orElseThrow(), KnownPins.of(pinnedImage), image);

    assertThat(match).as(what).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', true",
    "'{matchLabels: {}}', true",
    "'{matchLabels: {app: web}}', true",
    "'{matchLabels: {app: shop}}', false",
    "'{matchLabels: {app: web, tier: front}}', false",
  })
  void selectsByTheWorkloadsOwnLabelsAllOfThem(String selector, boolean selected) {
    PinnedImage pinnedImage = pinnedImage("{image: a/b:1, workloadSelector: " + selector + "}");
    Workload workload = labelled(deployment("web", "a/b:1"), "app", "web");

    assertThat(Match.selects(pinnedImage, workload)).isEqualTo(selected);
    assertThat(Match.claims(pinnedImage, workload, workload.containers().getFirst()))
        .isEqualTo(selected);
  }

  @Test
  void claimsNothingWithoutAReference() {
    Workload workload = deployment("web", "a/b:1");

    assertThat(
            Match.claims(
                pinnedImage("{image: 'no reference'}"), workload, workload.containers().getFirst()))
        .isFalse();
  }
}
