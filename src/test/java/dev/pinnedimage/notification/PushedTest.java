package dev.pinnedimage.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.notification.payload.Pushed;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.RegistrySettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PushedTest {
  private static final RegistrySettings ALIASES =
      new RegistrySettings(
          List.of(Fixtures.host(Map.of("host", "a.corp", "aliases", List.of("b.corp")))));

  @ParameterizedTest
  @CsvSource({
    "a.corp,    team/web, 1, a.corp/team/web:1,  true",
    "a.corp,    team/web,  , a.corp/team/web:2,  true",
    "a.corp,    team/web, 1, b.corp/team/web:1,  true",
    "b.corp,    team/web, 1, a.corp/team/web:1,  true",
    "a.corp,    team/web, 1, a.corp/team/web:2,  false",
    "a.corp,    team/web, 1, a.corp/team/web2:1, false",
    "a.corp,    team/web, 1, c.corp/team/web:1,  false",
    "docker.io, library/nginx, 1, nginx:1,       true",
  })
  void concernsItsTagAtItsRegistryAndAtThoseThatServeTheSame(
      String registry, String repository, @Nullable String tag, String asked, boolean concerned) {
    ImageReference reference = ImageReference.parse(asked).orElseThrow();

    assertThat(new Pushed(registry, repository, tag).concerns(reference, ALIASES::areAliases))
        .isEqualTo(concerned);
  }
}
