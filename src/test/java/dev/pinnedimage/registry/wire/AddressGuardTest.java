package dev.pinnedimage.registry.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pinnedimage.registry.Fixtures;
import dev.pinnedimage.registry.Refusal;
import dev.pinnedimage.registry.RegistrySettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "8.8.8.8,                  PUBLIC",
    "2606:4700::1111,          PUBLIC",
    "172.32.0.1,               PUBLIC",
    "100.63.255.255,           PUBLIC",
    "100.128.0.1,              PUBLIC",
    "127.0.0.1,                PRIVATE",
    "127.8.8.8,                PRIVATE",
    "::1,                      PRIVATE",
    "10.0.0.1,                 PRIVATE",
    "172.16.0.1,               PRIVATE",
    "172.31.255.255,           PRIVATE",
    "192.168.1.1,              PRIVATE",
    "100.64.0.1,               PRIVATE",
    "100.127.255.255,          PRIVATE",
    "fc00::1,                  PRIVATE",
    "fdff::1,                  PRIVATE",
    "fec0::1,                  PRIVATE",
    "::ffff:10.0.0.1,          PRIVATE",
    "64:ff9b::a00:1,           PRIVATE",
    "::10.0.0.1,               PRIVATE",
    "2002:a00:1::,             PRIVATE",
    "0.0.0.0,                  FORBIDDEN",
    "0.1.2.3,                  FORBIDDEN",
    "::,                       FORBIDDEN",
    "169.254.169.254,          FORBIDDEN",
    "169.254.0.1,              FORBIDDEN",
    "fe80::1,                  FORBIDDEN",
    "fd00:ec2::254,            FORBIDDEN",
    "100.100.100.200,          FORBIDDEN",
    "168.63.129.16,            FORBIDDEN",
    "192.0.0.192,              FORBIDDEN",
    "224.0.0.1,                FORBIDDEN",
    "ff02::1,                  FORBIDDEN",
    "255.255.255.255,          FORBIDDEN",
    "240.0.0.1,                FORBIDDEN",
    "::ffff:169.254.169.254,   FORBIDDEN",
    "64:ff9b::a9fe:a9fe,       FORBIDDEN",
    "2002:a9fe:a9fe::,         FORBIDDEN",
    "::ffff:0:169.254.169.254, FORBIDDEN",
    "::ffff:0:10.0.0.1,        PRIVATE",
    "64:ff9b:1::a00:1,         PRIVATE",
    "2001:0:7f00:1::,          FORBIDDEN",
    "2001:1::1,                PUBLIC",
    "fd00:ec2::23,             FORBIDDEN",
    "fd20:ce::254,             FORBIDDEN",
    "192.0.0.8,                FORBIDDEN",
    "198.18.0.1,               PRIVATE",
    "198.20.0.1,               PUBLIC",
  })
  void knowsWhoIsBehindAnAddress(String address, AddressKind kind) {
    assertThat(AddressKind.of(InetAddress.ofLiteral(address))).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST:5000",
        "localhost.",
        "x.localhost",
        "127.0.0.1:5000",
        "127.1",
        "2130706433",
        "[::1]:5000",
        "[::ffff:127.0.0.1]",
        "10.1.2.3:443",
        "0x7f.1",
        "0x7f000001:443",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "127.0.0.01",
        "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]",
      })
  void refusesLoopbackAndPrivateHostsHoweverSpelled(String authority) {
    assertThatThrownBy(() -> guard(RegistrySettings.NONE).check(authority))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("allowPrivateAddresses: true for host " + authority);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"169.254.169.254", "2852039166", "[fd00:ec2::254]:80", "0.0.0.0:5000", "0"})
  void refusesMetadataEvenWhereItIsConfigured(String authority) {
    var settings = allowed(authority);

    assertThatThrownBy(() -> guard(settings).check(authority))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("never asked");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "169.254.169.254.",
        "metadata.google.internal",
        "METADATA.google.internal.:80",
        "[fe80::1%25eth0]",
        "[::1%25lo]",
        "[fe80::1%eth0]:443",
      })
  void refusesWhatOnlyAResolverOrAProxyWouldTakeForMetadata(String authority) {
    assertThatThrownBy(() -> guard(RegistrySettings.NONE).check(authority))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("never asked");
  }

  @Test
  void allowsAPrivateAddressOfAConfiguredHostAndPortOnly() {
    var settings = allowed("registry.corp:5000");
    AddressGuard guard = guard(settings, "10.0.0.7");

    assertThatCode(() -> guard.check("registry.corp:5000")).doesNotThrowAnyException();
    assertThatThrownBy(() -> guard.check("registry.corp:5001")).isInstanceOf(Refusal.class);
  }

  @Test
  void takesPlainHttpAsAllowance() {
    var settings = Fixtures.plainHttp("localhost:5000");

    assertThatCode(() -> guard(settings, "127.0.0.1").check("localhost:5000"))
        .doesNotThrowAnyException();
  }

  @Test
  void checksEveryAddressOfAName() {
    assertThatThrownBy(
            () -> guard(RegistrySettings.NONE, "8.8.8.8", "10.0.0.1").check("evil.example"))
        .isInstanceOf(Refusal.class)
        .hasMessageNotContaining("10.0.0.1");
    assertThatCode(() -> guard(RegistrySettings.NONE, "8.8.8.8", "1.1.1.1").check("good.example"))
        .doesNotThrowAnyException();
  }

  private static RegistrySettings allowed(String authority) {
    return Fixtures.settings(Map.of("host", authority, "allowPrivateAddresses", true));
  }

  /** Names have these addresses; without any, looking a name up is an error. */
  private static AddressGuard guard(RegistrySettings settings, String... addresses) {
    return new AddressGuard(
        settings,
        host -> {
          if (addresses.length == 0) {
            throw new UnknownHostException(host);
          }
          return Stream.of(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new);
        });
  }
}
