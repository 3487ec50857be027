package dev.pinnedimage.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.pinning.observed.Container;
import dev.pinnedimage.pinning.observed.Placement;
import dev.pinnedimage.pinning.observed.Workload;
import dev.pinnedimage.pinning.observed.Workload.PullsWith;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.RegistrySettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingsTest {
  private static final RegistrySettings SETTINGS =
      Fixtures.settings(
          Map.of("host", "docker.io", "aliases", List.of("Hub.corp:5000", "cache.corp")),
          Map.of("host", "quay.io"));

  private final Spellings spellings = new Spellings(() -> SETTINGS);

  @ParameterizedTest(name = "for {0}, {1} means {2}")
  @CsvSource({
    "nginx:1,                      hub.corp:5000/library/nginx:1,     docker.io/library/nginx:1",
    "nginx:1,                      cache.corp/library/nginx:2,        docker.io/library/nginx:2",
    "nginx:1,                      index.docker.io/library/nginx:1,   index.docker.io/library/nginx:1",
    "nginx:1,                      nginx,                             nginx",
    "cache.corp/library/nginx:1,   nginx:1,                           cache.corp/library/nginx:1",
    "cache.corp/library/nginx:1,   hub.corp:5000/library/nginx:1,     cache.corp/library/nginx:1",
    "nginx:1,                      quay.io/library/nginx:1,           ",
    "nginx:1,                      hub.corp/library/nginx:1,          ",
    "nginx:1,                      cache.corp/other/nginx:1,          ",
  })
  void readsImagesByTheHostThatThePinnedImageNames(String wanted, String image, String meaning) {
    List<Workload> found =
        spellings.workloads(List.of(workload(image)), ImageReference.parse(wanted).orElseThrow());

    assertThat(found)
        .flatExtracting(Workload::containers)
        .extracting(Container::meaning)
        .isEqualTo(meaning == null ? List.of() : List.of(meaning));
    assertThat(found)
        .flatExtracting(Workload::containers)
        .allSatisfy(container -> assertThat(container.image()).isEqualTo(image));
  }

  private static Workload workload(String image) {
    return new Workload(
        "Deployment",
        false,
        "shop",
        "web",
        "uid",
        Map.of(),
        false,
        null,
        Placement.ANYWHERE,
        PullsWith.DEFAULT,
        List.of(new Container("c", "/spec/template/spec/containers/0", image)));
  }
}
