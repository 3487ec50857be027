package dev.pinnedimage.registry;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses (RFC 4632, RFC 4291).
 *
 * @param bits of the network's address that a member shares
 */
public record Cidr(InetAddress network, int bits) {
  /** Empty where the text is not {@code address/bits}. */
  public static Optional<Cidr> parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 2 || !parts[1].matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    try {
      InetAddress network = InetAddress.ofLiteral(parts[0]);
      int bits = Integer.parseInt(parts[1]);
      return bits <= network.getAddress().length * 8
          ? Optional.of(new Cidr(network, bits))
          : Optional.empty();
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }

  public boolean contains(InetAddress address) {
    byte[] own = network.getAddress();
    byte[] other = address.getAddress();
    if (own.length != other.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit += 8) {
      int mask = 0xff & (0xff << Math.max(0, 8 - (bits - bit)));
      if (((own[bit / 8] ^ other[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
