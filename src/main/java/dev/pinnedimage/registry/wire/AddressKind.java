package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.Cidr;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who may be behind an address, by the ranges of RFC 6890 and the clouds' own manuals. */
enum AddressKind {
  /** Link-local, metadata, multicast, any-local, reserved: never a registry. */
  FORBIDDEN,
  /** Loopback and private: a registry only where the configuration says so. */
  PRIVATE,
  PUBLIC;

  private static final List<Cidr> NEVER =
      ranges(
          "0.0.0.0/8",
          "169.254.0.0/16",
          "192.0.0.0/24", // protocol assignments; Oracle Cloud's metadata
          "224.0.0.0/4",
          "240.0.0.0/4",
          "::/128",
          "fe80::/10",
          "ff00::/8",
          "2001::/32", // Teredo, which may lead anywhere
          "fd00:ec2::/32", // AWS: metadata, credentials of pods, DNS
          "fd20:ce::254/128", // Google Cloud's metadata
          "100.100.100.200/32", // Alibaba Cloud's
          "168.63.129.16/32"); // Azure's

  private static final List<Cidr> INSIDE =
      ranges(
          "127.0.0.0/8",
          "10.0.0.0/8",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "100.64.0.0/10", // RFC 6598, carriers and some clusters
          "198.18.0.0/15", // RFC 2544, laboratories and some proxies
          "::1/128",
          "fc00::/7",
          "fec0::/10",
          "64:ff9b:1::/48"); // RFC 8215, NAT64 within one network

  /** Where an IPv4 address begins in those that stand for one: NAT64, mapped, translated, 6to4. */
  private static final Map<Cidr, Integer> EMBEDDING =
      Map.of(
          range("64:ff9b::/96"), 12,
          range("::ffff:0:0:0/96"), 12,
          range("::/96"), 12,
          range("2002::/16"), 2);

  static AddressKind of(InetAddress address) {
    AddressKind plain = ofPlain(address);
    return plain == PUBLIC ? embedded(address).map(AddressKind::ofPlain).orElse(PUBLIC) : plain;
  }

  /** PUBLIC where there is none. */
  static AddressKind worstOf(Collection<InetAddress> addresses) {
    return addresses.stream().map(AddressKind::of).min(AddressKind::compareTo).orElse(PUBLIC);
  }

  private static AddressKind ofPlain(InetAddress address) {
    if (NEVER.stream().anyMatch(range -> range.contains(address))) {
      return FORBIDDEN;
    }
    return INSIDE.stream().anyMatch(range -> range.contains(address)) ? PRIVATE : PUBLIC;
  }

  private static Optional<InetAddress> embedded(InetAddress address) {
    return EMBEDDING.entrySet().stream()
        .filter(entry -> entry.getKey().contains(address))
        .map(entry -> four(address.getAddress(), entry.getValue()))
        .findFirst();
  }

  private static InetAddress four(byte[] bytes, int from) {
    return InetAddress.ofLiteral(
        "%d.%d.%d.%d"
            .formatted(
                bytes[from] & 0xff,
                bytes[from + 1] & 0xff,
                bytes[from + 2] & 0xff,
                bytes[from + 3] & 0xff));
  }

  private static List<Cidr> ranges(String... texts) {
    return Stream.of(texts).map(AddressKind::range).toList();
  }

  private static Cidr range(String text) {
    return Cidr.parse(text).orElseThrow();
  }
}
