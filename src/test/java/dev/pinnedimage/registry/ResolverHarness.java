package dev.pinnedimage.registry;

import static dev.pinnedimage.registry.Fixtures.entry;
import static dev.pinnedimage.registry.Fixtures.index;
import static dev.pinnedimage.registry.Fixtures.reference;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Resolved;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A resolver with one scripted registry, configured as plain HTTP. */
public class ResolverHarness {
  public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
  public static final String TAG = "/v2/team/app/manifests/1";
  public static final String INDEX = index(entry("linux", "amd64"), entry("linux", "arm64"));
  public static final Credential BASIC = new Credential.Basic("u", "hunter2");

  public ScriptedRegistry registry;
  public RegistryResolver resolver;

  @BeforeEach
  void start() throws IOException {
    registry = new ScriptedRegistry();
    resolver = resolver(registry);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  public Resolution ask() {
    return ask(Credential.ANONYMOUS);
  }

  public Resolution ask(Credential credential) {
    return resolver.resolve(new Query(reference(image(":1")), credential));
  }

  public String image(String rest) {
    return registry.authority() + "/team/app" + rest;
  }

  public static RegistryResolver resolver(ScriptedRegistry registry) {
    var settings = Fixtures.plainHttp(registry.authority());
    return new RegistryResolver(settings, InstantSource.fixed(NOW));
  }

  public static Resolved resolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Resolved.class);
    return (Resolved) resolution;
  }

  public static Unresolved unresolved(Resolution resolution) {
    assertThat(resolution).isInstanceOf(Unresolved.class);
    return (Unresolved) resolution;
  }
}
