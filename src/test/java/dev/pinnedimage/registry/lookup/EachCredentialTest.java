package dev.pinnedimage.registry.lookup;

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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EachCredentialTest {
  private static final Credential ONE = new Credential.Basic("one", "1");
  private static final Credential TWO = new Credential.Basic("two", "2");
  private static final Query BOTH =
      new Query(reference("quay.io/team/app:1"), new Credential.Several(List.of(ONE, TWO)));
  private static final Resolved FOUND =
      new Resolved(Fixtures.digest(), "index", Shape.INDEX, List.of());

  private final List<Credential> tried = new ArrayList<>();
  private final Map<Credential, Resolution> answers = new HashMap<>();
  private final EachCredential resolver =
      new EachCredential(query -> {
        tried.add(query.credential());
        return answers.getOrDefault(query.credential(), FOUND);
      });

  private static Unresolved failed(Failure reason) {
    return new Unresolved(reason, reason.reason());
  }

  @Test
  void triesTheNextWhereOneIsRejectedAndBeginsWithItFromThenOn() {
    answers.put(ONE, failed(Failure.CREDENTIALS_REJECTED));

    assertThat(resolver.resolve(BOTH)).isEqualTo(FOUND);
    assertThat(resolver.resolve(BOTH)).isEqualTo(FOUND);

    assertThat(tried).containsExactly(ONE, TWO, TWO);
  }

  @Test
  void goesBackToTheFirstWhenTheLastOneIsNotGoodAnyMore() {
    answers.put(ONE, failed(Failure.CREDENTIALS_REJECTED));
    resolver.resolve(BOTH);
    answers.clear();
    answers.put(TWO, failed(Failure.ACCESS_DENIED));
    tried.clear();

    assertThat(resolver.resolve(BOTH)).isEqualTo(FOUND);

    assertThat(tried).containsExactly(TWO, ONE);
  }

  @ParameterizedTest(name = "{0}, {1}: {2} after {3}")
  @CsvSource({
    "CREDENTIALS_REJECTED,  ACCESS_DENIED,          CREDENTIALS_REJECTED,  2",
    "ACCESS_DENIED,         TAG_NOT_FOUND,          TAG_NOT_FOUND,         2",
    "REPOSITORY_NOT_FOUND,  CREDENTIALS_REJECTED,   REPOSITORY_NOT_FOUND,  2",
    "REGISTRY_UNREACHABLE,  ,                       REGISTRY_UNREACHABLE,  1",
    "CREDENTIALS_REJECTED,  REGISTRY_UNREACHABLE,   REGISTRY_UNREACHABLE,  2",
    "RATE_LIMITED,          ,                       RATE_LIMITED,          1",
    "MANIFEST_INVALID,      ,                       MANIFEST_INVALID,      1",
  })
  void saysWhatTellsMost(Failure one, Failure two, Failure expected, int requests) {
    answers.put(ONE, failed(one));
    if (two != null) {
      answers.put(TWO, failed(two));
    }

    assertThat(resolver.resolve(BOTH)).isEqualTo(failed(expected));
    assertThat(tried).hasSize(requests);
  }

  @Test
  void asksOnceWhereThereIsOneCredential() {
    assertThat(resolver.resolve(Fixtures.query("quay.io/a:1"))).isEqualTo(FOUND);
    assertThat(tried).containsExactly(Credential.ANONYMOUS);
  }
}
