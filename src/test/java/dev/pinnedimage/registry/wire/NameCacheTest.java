package dev.pinnedimage.registry.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolver.LookupPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NameCacheTest {
  private static final LookupPolicy ANY =
      LookupPolicy.of(LookupPolicy.IPV4 | LookupPolicy.IPV6 | LookupPolicy.IPV4_FIRST);
  private static final LookupPolicy FOUR = LookupPolicy.of(LookupPolicy.IPV4);

  private final List<String> asked = new ArrayList<>();

  @Test
  void asksOnceForEachNameAndPolicyWhileTheAnswerIsFresh() throws UnknownHostException {
    var cache = new NameCache(names(), Duration.ofMinutes(1));

    assertThat(cache.lookup("a", ANY)).isEqualTo(cache.lookup("a", ANY));
    cache.lookup("b", ANY);
    cache.lookup("a", FOUR);

    assertThat(asked).containsExactly("a", "b", "a");
  }

  @Test
  void asksAgainWhenTheAnswerIsOld() throws UnknownHostException {
    var cache = new NameCache(names(), Duration.ZERO);

    cache.lookup("a", ANY);
    cache.lookup("a", ANY);

    assertThat(asked).containsExactly("a", "a");
  }

  @Test
  void asksAgainForANameThatWasUnknown() {
    var cache = new NameCache(names(), Duration.ofMinutes(1));

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> cache.lookup("unknown", ANY))
          .isInstanceOf(UnknownHostException.class);
    }
    assertThat(asked).containsExactly("unknown", "unknown");
  }

  private InetAddressResolver names() {
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        asked.add(host);
        if (host.equals("unknown")) {
          throw new UnknownHostException(host);
        }
        return Stream.of(InetAddress.ofLiteral("8.8.8.8"));
      }

      @Override
      public String lookupByAddress(byte[] address) {
        throw new AssertionError("nobody asks for names of addresses");
      }
    };
  }
}
