package dev.pinnedimage.registry;

import dev.pinnedimage.image.ImageReference;
import dev.pinnedimage.image.Resolution;
import dev.pinnedimage.image.Resolution.Unresolved;
import dev.pinnedimage.registry.manifest.RegistryResolver;
import dev.pinnedimage.registry.wire.ScriptedNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Places that nobody may lead the operator to, each tried as the host of an image, as the target of
 * a redirect and as the realm of a token challenge, with a listener where it would lead.
 */
public final class SsrfTable {
  private static final String PORT = "PORT";
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();
  private static final String NO_REFERENCE = "no image reference";

  /**
   * @param url its authority, with {@code PORT} for the listener's; with a scheme where that is not
   *     https
   * @param answers of the name service to each look-up in turn, for a name of this table's own
   */
  public record Place(String url, String what, List<String> answers) {
    Place(String url, String what, String... answers) {
      this(url, what, List.of(answers));
    }

    @Override
    public String toString() {
      return url + " (" + what + ")";
    }
  }

  /** What came of the three tries. */
  public record Row(
      Place place, String asHost, String asRedirect, String asRealm, int connections) {}

  private SsrfTable() {}

  public static Stream<Place> places() {
    return Stream.of(metadata(), loopback(), inside(), names(), tricks()).flatMap(List::stream);
  }

  private static List<Place> metadata() {
    return List.of(
        new Place("169.254.169.254", "metadata: AWS, Azure, Google Cloud and others"),
        new Place("http://169.254.169.254", "the same without TLS"),
        new Place("169.254.170.2", "credentials of AWS ECS tasks"),
        new Place("169.254.170.23", "credentials of AWS EKS pods"),
        new Place("[fd00:ec2::254]", "metadata: AWS over IPv6"),
        new Place("[fd20:ce::254]", "metadata: Google Cloud over IPv6"),
        new Place("100.100.100.200", "metadata: Alibaba Cloud"),
        new Place("168.63.129.16", "Azure's wire server"),
        new Place("192.0.0.192", "metadata: Oracle Cloud"),
        new Place("metadata.google.internal", "metadata by name"),
        new Place("metadata.google.internal.", "the same with a trailing dot"),
        new Place("2852039166:80", "169.254.169.254 as one decimal number"),
        new Place("0xa9fea9fe:80", "the same in hexadecimal"),
        new Place("0251.0376.0251.0376", "the same in octal"),
        new Place("[::ffff:169.254.169.254]", "the same, mapped into IPv6"),
        new Place("[64:ff9b::a9fe:a9fe]", "the same through NAT64"),
        new Place("[2002:a9fe:a9fe::]", "the same through 6to4"),
        new Place("169.254.1.1:PORT", "link-local"),
        new Place("[fe80::1]:PORT", "link-local, IPv6"),
        new Place("[fe80::1%25eth0]:PORT", "link-local, with a zone"));
  }

  private static List<Place> loopback() {
    return List.of(
        new Place("127.0.0.1:PORT", "loopback"),
        new Place("http://127.0.0.1:PORT", "the same without TLS"),
        new Place("127.8.8.8:PORT", "loopback, another address of it"),
        new Place("127.1:PORT", "loopback, shortened"),
        new Place("2130706433:PORT", "loopback as one decimal number"),
        new Place("0x7f000001:PORT", "loopback in hexadecimal"),
        new Place("0x7f.1:PORT", "loopback, hexadecimal and shortened"),
        new Place("0177.0.0.1:PORT", "loopback in octal"),
        new Place("017700000001:PORT", "loopback as one octal number"),
        new Place("127.0.0.1.:PORT", "loopback with a trailing dot"),
        new Place("[::1]:PORT", "loopback, IPv6"),
        new Place("[::1%25lo]:PORT", "loopback, IPv6 with a zone"),
        new Place("[::ffff:127.0.0.1]:PORT", "loopback, mapped into IPv6"),
        new Place("[0:0:0:0:0:ffff:7f00:1]:PORT", "the same, written out"),
        new Place("[::127.0.0.1]:PORT", "loopback, IPv4-compatible"),
        new Place("[::ffff:0:127.0.0.1]:PORT", "loopback, IPv4-translated"),
        new Place("[64:ff9b::127.0.0.1]:PORT", "loopback through NAT64"),
        new Place("[2002:7f00:1::]:PORT", "loopback through 6to4"),
        new Place("[2001:0:7f00:1::]:PORT", "Teredo"),
        new Place("0.0.0.0:PORT", "this host"),
        new Place("0:PORT", "this host, shortened"),
        new Place("[::]:PORT", "this host, IPv6"),
        new Place("localhost:PORT", "loopback by name"),
        new Place("LocalHost.:PORT", "the same in capitals, with a trailing dot"),
        new Place("registry.localhost:PORT", "a name below localhost (RFC 6761)"));
  }

  private static List<Place> inside() {
    return List.of(
        new Place("10.0.0.1:6443", "private: an API server's port"),
        new Place("172.16.0.1:2379", "private: etcd's port"),
        new Place("192.168.0.1:22", "private: SSH's port"),
        new Place("100.64.0.1", "shared address space (RFC 6598)"),
        new Place("198.18.0.1", "benchmarking (RFC 2544)"),
        new Place("[fd00::1]", "private, IPv6"),
        new Place("[64:ff9b:1::a00:1]", "NAT64 within one network (RFC 8215)"),
        new Place("224.0.0.1", "multicast"),
        new Place("255.255.255.255", "broadcast"));
  }

  private static List<Place> names() {
    return List.of(
        new Place("ssrf-loopback.example:PORT", "a name that is loopback", "127.0.0.1"),
        new Place("ssrf-private.example", "a name that is private", "10.0.0.1"),
        new Place("ssrf-metadata.example", "a name that is metadata", "169.254.169.254"),
        new Place("ssrf-mapped.example:PORT", "a name that is loopback, IPv6", "::1"),
        new Place(
            "ssrf-both.example:PORT",
            "a name with a public and a loopback address",
            "8.8.8.8,127.0.0.1"),
        new Place(
            "ssrf-rebound.example:PORT",
            "a name that is loopback once it was checked (DNS rebinding)",
            "8.8.8.8",
            "127.0.0.1"),
        new Place(
            "ssrf-rebound-both.example:PORT",
            "the same beside the public address",
            "8.8.8.8",
            "8.8.8.8,127.0.0.1"));
  }

  private static List<Place> tricks() {
    return List.of(
        new Place("registry.example@127.0.0.1:PORT", "a host name as user"),
        new Place("registry.example:443@127.0.0.1:PORT", "the same with a port as password"),
        new Place("127.0.0.1:PORT@registry.example", "the other way round"),
        new Place(
            "registry.example\\@127.0.0.1:PORT", "a backslash, which browsers take for a slash"),
        new Place("127.0.0.1:99999", "a port that is none"),
        new Place("127%2e0%2e0%2e1:PORT", "full stops encoded"),
        new Place("[127.0.0.1]:PORT", "IPv4 in brackets"));
  }

  /** Tries the place in all three ways. */
  public static Row attempt(Place place) {
    try (Listener listener = new Listener();
        ScriptedRegistry home = new ScriptedRegistry()) {
      String url = ofThisAttempt(place.url().replace(PORT, String.valueOf(listener.port())));
      String name = url.replaceFirst(":.*", "");
      String target = url.contains("://") ? url : "https://" + url;
      Runnable names = () -> script(place, name);
      String host = asHost(names, target.replaceFirst("^https?://", ""));
      home.otherwise(
          exchange -> ScriptedRegistry.answer(exchange, 307, "", "Location", target + "/v2/"));
      String redirect = atHome(names, home);
      String challenge = "Bearer realm=\"" + target + "/token\",service=\"s\"";
      home.otherwise(
          exchange -> ScriptedRegistry.answer(exchange, 401, "", "WWW-Authenticate", challenge));
      return new Row(place, host, redirect, atHome(names, home), listener.connections());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tests run side by side, and a name has one script at a time. */
  private static String ofThisAttempt(String url) {
    return url.replaceFirst("^ssrf-", "ssrf-" + ATTEMPTS.incrementAndGet() + "-");
  }

  private static String asHost(Runnable names, String authority) {
    return ImageReference.parse(authority + "/team/app:1")
        .filter(reference -> reference.registry().equalsIgnoreCase(authority))
        .map(reference -> ask(names, RegistrySettings.NONE, reference))
        .orElse(NO_REFERENCE);
  }

  private static String atHome(Runnable names, ScriptedRegistry home) {
    var reference = Fixtures.reference(home.authority() + "/team/app:1");
    return ask(names, Fixtures.plainHttp(home.authority()), reference);
  }

  private static String ask(Runnable names, RegistrySettings settings, ImageReference reference) {
    names.run();
    try (var resolver = new RegistryResolver(settings, InstantSource.system())) {
      Resolution answer = resolver.resolve(new Query(reference, Credential.ANONYMOUS));
      return answer instanceof Unresolved refused ? refused.reason().reason() : "READ";
    }
  }

  private static void script(Place place, String name) {
    if (!place.answers().isEmpty()) {
      ScriptedNames.script(name, place.answers().toArray(String[]::new));
    }
  }

  /** The page of the documentation. */
  public static String markdown() {
    String rows =
        places().map(SsrfTable::attempt).map(SsrfTable::line).collect(Collectors.joining());
    return """
    # Where nobody can lead the operator

    Generated by `make generate` from a run of `SsrfTable`; a test fails where it is stale.

    Whoever may create a PinnedImage chooses the host that the operator talks to, and that host chooses where it
    redirects to and which token server it names. Each place below was tried in all three ways, with an operator's
    configuration that allows nothing (but for the redirecting registry itself), and with a listener on loopback where
    `PORT` stands. The last column counts the connections that the listener saw.

    | Place | What it is | as host of an image | as redirect | as token realm | connections |
    |---|---|---|---|---|---|
    %s
    A name is checked in the very look-up that the connection is made by
    ([decision 14](decisions/0014-names-are-guarded-by-who-asks.md)). `no image reference`: it cannot be written as the
    host of an image. What allows an exception: [`allowPrivateAddresses`](configuration.md#registriesallowprivateaddresses).
    """
        .formatted(rows);
  }

  private static String line(Row row) {
    return "| `%s` | %s | %s | %s | %s | %d |%n"
        .formatted(
            row.place().url(),
            row.place().what(),
            row.asHost(),
            row.asRedirect(),
            row.asRealm(),
            row.connections());
  }
}
