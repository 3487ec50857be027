package dev.pinnedimage.registry.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The challenges are those of the registries that the first column names, as they answer. */
class ChallengeTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          Docker Hub    | Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/nginx:pull" | bearer{realm=https://auth.docker.io/token, scope=repository:library/nginx:pull, service=registry.docker.io}
          ECR           | Basic realm="https://1.dkr.ecr.eu-west-1.amazonaws.com/",service="ecr.amazonaws.com" | basic{realm=https://1.dkr.ecr.eu-west-1.amazonaws.com/, service=ecr.amazonaws.com}
          two at once   | Bearer realm="https://a/t", Basic realm="b" | bearer{realm=https://a/t} basic{realm=b}
          case, spaces  | BEARER  Realm = "https://a/t" ,  SERVICE=s | bearer{realm=https://a/t, service=s}
          no quotes     | Bearer realm=https://a/t,service=s | bearer{realm=https://a/t, service=s}
          a comma       | Bearer realm="https://a/t",scope="repository:a:pull,push" | bearer{realm=https://a/t, scope=repository:a:pull,push}
          escapes       | Basic realm="a \\"b\\"" | basic{realm=a "b"}
          a disguise    | Basic realm="x, Bearer realm=y" | basic{realm=x, Bearer realm=y}
          the first     | Bearer realm="one",realm="two" | bearer{realm=one}
          no scheme     | realm="https://a/t" | ^^
          token68       | Negotiate YII= | negotiate{}
          unclosed      | Bearer realm="https://a/t | bearer{}
          """)
  void readsWhatRegistriesSend(String who, String header, String expected) {
    assertThat(shown(Challenge.parse(List.of(header)))).isEqualTo(expected);
  }

  @Test
  void readsSeveralHeadersAndKeepsTheirParametersApart() {
    assertThat(shown(Challenge.parse(List.of("Basic", "realm=\"stray\"", "Bearer realm=\"r\""))))
        .isEqualTo("basic{} bearer{realm=r}");
  }

  @Test
  void boundsWhatAStrangerSends() {
    assertThat(Challenge.parse(List.of("Basic ".repeat(10_000)))).isEmpty();
    assertThat(Challenge.parse(List.of("Basic ".repeat(1_000)))).hasSize(16);
  }

  private static String shown(List<Challenge> challenges) {
    return challenges.stream()
        .map(c -> c.scheme() + new java.util.TreeMap<>(c.parameters()))
        .collect(Collectors.joining(" "));
  }
}
