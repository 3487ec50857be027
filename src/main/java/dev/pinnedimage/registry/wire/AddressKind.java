package dev.pinnedimage.registry.wire;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Who may be behind an address, by the ranges of RFC 6890 and the clouds' own manuals. */
enum AddressKind {
  /** Link-local, metadata, multicast, any-local, reserved: never a registry. */
  FORBIDDEN,
  /** Loopback and private: a registry only where the configuration says so. */
  PRIVATE,
  PUBLIC;

  /** Those that are not link-local: AWS over IPv6, Alibaba Cloud, Azure, Oracle Cloud. */
  private static final List<InetAddress> METADATA =
      List.of(
          InetAddress.ofLiteral("fd00:ec2::254"),
          InetAddress.ofLiteral("100.100.100.200"),
          InetAddress.ofLiteral("168.63.129.16"),
          InetAddress.ofLiteral("192.0.0.192"));

  static AddressKind of(InetAddress address) {
    return switch (address) {
      case Inet4Address four -> ofPlain(four);
      case Inet6Address six ->
          embedded(six).map(AddressKind::ofPlain).orElseGet(() -> ofPlain(six));
      default -> FORBIDDEN;
    };
  }

  private static AddressKind ofPlain(InetAddress address) {
    if (isForbidden(address)) {
      return FORBIDDEN;
    }
    boolean isPrivate =
        address.isLoopbackAddress()
            || address.isSiteLocalAddress()
            || isSharedOrUniqueLocal(address.getAddress());
    return isPrivate ? PRIVATE : PUBLIC;
  }

  private static boolean isForbidden(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress()
        || METADATA.contains(address)
        || isReserved(address.getAddress());
  }

  /** 0.0.0.0/8 and 240.0.0.0/4. */
  private static boolean isReserved(byte[] bytes) {
    int first = bytes[0] & 0xff;
    return bytes.length == 4 && (first == 0 || first >= 240);
  }

  /** 100.64.0.0/10 (RFC 6598) and fc00::/7 (RFC 4193), which the JDK has no question for. */
  private static boolean isSharedOrUniqueLocal(byte[] bytes) {
    return bytes.length == 4
        ? bytes[0] == 100 && (bytes[1] & 0xc0) == 64
        : (bytes[0] & 0xfe) == 0xfc;
  }

  /** The IPv4 address inside NAT64 (64:ff9b::/96), 6to4 (2002::/16) and ::a.b.c.d. */
  private static Optional<InetAddress> embedded(Inet6Address address) {
    byte[] bytes = address.getAddress();
    byte[] nat64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};
    if (Arrays.equals(Arrays.copyOf(bytes, 12), nat64) || isFourCompatible(address)) {
      return Optional.of(four(bytes, 12));
    }
    return bytes[0] == 0x20 && bytes[1] == 0x02 ? Optional.of(four(bytes, 2)) : Optional.empty();
  }

  private static boolean isFourCompatible(Inet6Address address) {
    return address.isIPv4CompatibleAddress()
        && !address.isLoopbackAddress()
        && !address.isAnyLocalAddress();
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
}
