package dev.pinnedimage.registry.wire;

import static dev.pinnedimage.registry.Fixtures.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.image.Failure;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Listener;
import dev.pinnedimage.registry.RegistrySettings;
import dev.pinnedimage.registry.ResolverHarness;
import dev.pinnedimage.registry.ScriptedRegistry;
import dev.pinnedimage.registry.manifest.MediaTypes;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The JDK's own client against a name service that changes its mind. */
class GuardedNamesTest {
  private static final String PUBLIC = "8.8.8.8";
  private static final String LOOPBACK = "127.0.0.1";

  @Test
  void refusesAnAddressThatANameGotBetweenTheCheckAndTheConnection() throws IOException {
    try (Listener listener = new Listener()) {
      ScriptedNames.script("rebound.example", PUBLIC, LOOPBACK);

      var answer = resolver(RegistrySettings.NONE, "rebound.example:" + listener.port());

      assertThat(ScriptedNames.askedFor("rebound.example")).isGreaterThan(1);
      assertThat(answer.reason()).isEqualTo(Failure.REGISTRY_NOT_ALLOWED);
      assertThat(answer.message()).contains("allowPrivateAddresses").doesNotContain(LOOPBACK);
      assertThat(listener.connections()).isZero();
    }
  }

  @Test
  void refusesAMetadataAddressThatAConfiguredNameGot() {
    ScriptedNames.script("rebound.corp", "10.0.0.1", "169.254.169.254");
    var settings = Fixtures.plainHttp("rebound.corp");

    var answer = resolver(settings, "rebound.corp");

    assertThat(answer.reason()).isEqualTo(Failure.REGISTRY_NOT_ALLOWED);
    assertThat(answer.message()).contains("never asked");
  }

  @Test
  void connectsToAConfiguredNameOnAPrivateAddress() throws IOException {
    try (var registry = new ScriptedRegistry()) {
      registry.serve("team/app", "1", MediaTypes.OCI_INDEX, ResolverHarness.INDEX);
      ScriptedNames.script("registry.corp", LOOPBACK);
      String host = registry.authority().replace(LOOPBACK, "registry.corp");
      var resolver = new RegistryResolver(Fixtures.plainHttp(host), InstantSource.system());

      ResolverHarness.resolved(resolver.resolve(query(host + "/team/app:1")));
    }
  }

  /** The name of the API server, say, which a tenant names as a registry. */
  @Test
  void leavesTheNameAloneWhereItIsNoRegistryThatIsConnectedTo() throws Exception {
    try (Listener listener = new Listener()) {
      ScriptedNames.script("apiserver.example", LOOPBACK);

      resolver(RegistrySettings.NONE, "apiserver.example:" + listener.port());

      assertThat(InetAddress.getAllByName("apiserver.example"))
          .containsExactly(InetAddress.ofLiteral(LOOPBACK));
      assertThat(listener.connections()).isZero();
    }
  }

  /** A request that is repeated, since its kept connection had died, is not made by our thread. */
  @Test
  void filtersWhatTheClientLooksUpOnItsOwnThreads() throws Exception {
    ScriptedNames.script("repeated.example", LOOPBACK);
    var executor =
        AddressFilter.filtering(Executors.newVirtualThreadPerTaskExecutor(), RegistrySettings.NONE);
    var failed = new CountDownLatch(1);

    executor.execute(() -> {
      try {
        InetAddress.getAllByName("repeated.example");
      } catch (UnknownHostException e) {
        failed.countDown();
      }
    });

    assertThat(failed.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void doesNotKeepThatANameIsUnknown() throws UnknownHostException {
    assertThatThrownBy(() -> InetAddress.getAllByName("late.example"))
        .isInstanceOf(UnknownHostException.class);
    ScriptedNames.script("late.example", PUBLIC);

    assertThat(InetAddress.getAllByName("late.example"))
        .containsExactly(InetAddress.ofLiteral(PUBLIC));
  }

  private static Unresolved resolver(RegistrySettings settings, String host) {
    var resolver = new RegistryResolver(settings, InstantSource.system());
    return ResolverHarness.unresolved(resolver.resolve(query(host + "/team/app:1")));
  }
}
