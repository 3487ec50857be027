package dev.pinnedimage.registry;

import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.RegistrySettings.Host;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A resolver with one scripted registry, configured as plain HTTP. */
class ResolverHarness {
  static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  static final String TAG = "/v2/team/app/manifests/1";
  static final String INDEX = index(entry("linux", "amd64"), entry("linux", "arm64"));
  static final Credential BASIC = new Credential.Basic("u", "hunter2");

  ScriptedRegistry registry;
  RegistryResolver resolver;

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    resolver = resolver(registry);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  Resolution ask() {
    return ask(Credential.ANONYMOUS);
  }

  Resolution ask(Credential credential) {
    return resolver.resolve(new Query(reference(image(":1")), credential));
  }

  String image(String rest) {
    return registry.authority() + "/team/app" + rest;
  }

  static RegistryResolver resolver(ScriptedRegistry registry) {
    var settings = new RegistrySettings(Map.of(registry.authority(), new Host(true, null, false)));
    return new RegistryResolver(settings, InstantSource.fixed(NOW));
  }

  static Resolved resolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolved.class);
    return (Resolved) resolution;
  }

  static Unresolved unresolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Unresolved.class);
    return (Unresolved) resolution;
  }
}
