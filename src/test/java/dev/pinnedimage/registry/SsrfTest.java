package dev.pinnedimage.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.registry.SsrfTable.Place;
import dev.pinnedimage.registry.SsrfTable.Row;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SsrfTest {
  static Stream<Place> places() {
    return SsrfTable.places();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("places")
  void leadsNowhere(Place place) {
    Row row = SsrfTable.attempt(place);

    assertThat(row.asHost()).isIn("RegistryNotAllowed", "no image reference");
    assertThat(row.asRedirect()).isIn("RedirectRefused", "RegistryNotAllowed");
    assertThat(row.asRealm()).isIn("TokenRealmRefused", "RegistryNotAllowed");
    assertThat(row.connections()).isZero();
  }
}
