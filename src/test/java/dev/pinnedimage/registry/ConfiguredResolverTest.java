package dev.pinnedimage.registry;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfiguredResolverTest {
  private static final RegistrySettings A = Fixtures.settings(Map.of("host", "a.io"));
  private static final RegistrySettings B = Fixtures.settings(Map.of("host", "b.io"));

  private final List<String> released = new ArrayList<>();
  private final ConfiguredResolver resolver = new ConfiguredResolver(A, this::stack);
  private Runnable whileAsked = () -> {};

  @Test
  void asksByTheSettingsThatAreInUse() {
    assertThat(ask()).isEqualTo("a.io");

    resolver.use(B);

    assertThat(ask()).isEqualTo("b.io");
    assertThat(resolver.settings()).isSameAs(B);
    assertThat(released).containsExactly("a.io");
  }

  @Test
  void closesWhatALookupUnderWayNeedsOnlyWhenItHasEnded() {
    whileAsked =
        () -> {
          resolver.use(B);
          assertThat(released).isEmpty();
        };

    assertThat(ask()).isEqualTo("a.io");
    assertThat(released).containsExactly("a.io");
  }

  @Test
  void staysWithTheLastGoodSettings() {
    var unusable = Fixtures.settings(Map.of("host", "unusable.io"));

    assertThatThrownBy(() -> resolver.use(unusable)).isInstanceOf(InvalidSettings.class);

    assertThat(ask()).isEqualTo("a.io");
    assertThat(resolver.settings()).isSameAs(A);
    assertThat(released).isEmpty();
  }

  private ConfiguredResolver.Stack stack(RegistrySettings settings) {
    String host = settings.hosts().iterator().next().host();
    if (host.equals("unusable.io")) {
      throw new InvalidSettings("its caFile cannot be read");
    }
    return new ConfiguredResolver.Stack(_ -> answer(host), () -> released.add(host));
  }

  private Resolution answer(String host) {
    whileAsked.run();
    return new Unresolved(Failure.TAG_NOT_FOUND, host);
  }

  private String ask() {
    return ((Unresolved) resolver.resolve(query("c.io/d:1"))).message();
  }
}
