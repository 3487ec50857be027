package dev.pinnedimage.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
  private static final String SHA256 = "sha256:" + "ab".repeat(32);
  private static final String SHA512 = "sha512:" + "ab".repeat(64);

  @ParameterizedTest(name = "{0} is {1}")
  @CsvSource({
    "nginx,                                 docker.io/library/nginx:latest",
    "nginx:1.27,                            docker.io/library/nginx:1.27",
    "library/nginx:1.27,                    docker.io/library/nginx:1.27",
    "docker.io/nginx:1.27,                  docker.io/library/nginx:1.27",
    "docker.io/library/nginx:1.27,          docker.io/library/nginx:1.27",
    "index.docker.io/library/nginx:1.27,    docker.io/library/nginx:1.27",
    "registry-1.docker.io/library/nginx:1,  docker.io/library/nginx:1",
    "registry.hub.docker.com/nginx:1,       docker.io/library/nginx:1",
    "nyrvex/securek8s:1.4,                  docker.io/nyrvex/securek8s:1.4",
    "quay.io/a/b/c:x,                       quay.io/a/b/c:x",
    "localhost:5000/app,                    localhost:5000/app:latest",
    "localhost/app:1,                       localhost/app:1",
    "registry.example.com:5000/team/app:V1, registry.example.com:5000/team/app:V1",
  })
  void namesTheSameImageHoweverItIsSpelled(String written, String canonical) {
    assertThat(ImageReference.parse(written)).get().hasToString(canonical);
  }

  @Test
  void keepsTagAndDigestApart() {
    var both = ImageReference.parse("quay.io/a/b:1@" + SHA256).orElseThrow();
    var digestOnly = ImageReference.parse("quay.io/a/b@" + SHA256).orElseThrow();

    assertThat(both.tag()).isEqualTo("1");
    assertThat(both.digest()).isEqualTo(SHA256);
    assertThat(digestOnly.tag()).isNull();
    assertThat(digestOnly.sha256()).contains(new Digest(SHA256));
  }

  @Test
  void recognisesADigestOfAnotherAlgorithmAsSomebodysDigest() {
    var reference = ImageReference.parse("quay.io/a/b:1@" + SHA512).orElseThrow();

    assertThat(reference.digest()).isEqualTo(SHA512);
    assertThat(reference.sha256()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":1",
        "quay.io/UPPER/case:1",
        "quay.io/a b:1",
        "https://quay.io/a/b:1",
        "quay.io/a/b:",
        "quay.io/a/b:-x",
        "quay.io/a/b@",
        "quay.io/a//b",
        "quay.io/a/b:1?x=y",
        "quay.io/../b:1",
        "Acme/web:1",
      })
  void refusesWhatNoRuntimeWouldUnderstand(String text) {
    assertThat(ImageReference.parse(text)).isEmpty();
  }

  @Test
  void allowsATagOf128CharactersAndNoMore() {
    assertThat(ImageReference.parse("a/b:" + "t".repeat(128))).isPresent();
    assertThat(ImageReference.parse("a/b:" + "t".repeat(129))).isEmpty();
  }

  /** Over such a text the grammar's expressions would overflow the stack. */
  @Test
  void refusesWhatIsLongerThanAnyReference() {
    assertThat(ImageReference.parse("a.corp/" + "a/".repeat(50_000) + "b:1")).isEmpty();
    assertThat(ImageReference.parse("a.corp/" + "a".repeat(253) + ":1@" + SHA512)).isPresent();
  }

  @Test
  void comparesTagsWithinOneRepositoryOnly() {
    var one = ImageReference.parse("nginx:1").orElseThrow();

    assertThat(one.sameTag(ImageReference.parse("docker.io/nginx:1@" + SHA256).orElseThrow()))
        .isTrue();
    assertThat(one.sameTag(ImageReference.parse("nginx:2").orElseThrow())).isFalse();
    assertThat(one.sameTag(ImageReference.parse("quay.io/library/nginx:1").orElseThrow()))
        .isFalse();
  }
}
