package dev.pinnedimage.registry.wire;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/**
 * A name service of the tests' own beneath {@link GuardedNames}: it stands before that in the class
 * path of tests, so that the JDK loads it, and its answers may change from one look-up to the next.
 */
public final class ScriptedNames extends InetAddressResolverProvider {
  private static final Map<String, Deque<List<InetAddress>>> SCRIPTS = new ConcurrentHashMap<>();
  private static final List<String> ASKED = new CopyOnWriteArrayList<>();

  /** What each next look-up gives, as addresses separated by commas; the last one for ever. */
  public static void script(String host, String... answers) {
    Deque<List<InetAddress>> script = new ArrayDeque<>();
    for (String answer : answers) {
      script.add(Arrays.stream(answer.split(",")).map(InetAddress::ofLiteral).toList());
    }
    SCRIPTS.put(host, script);
  }

  /** How often a name was asked for. */
  public static long askedFor(String host) {
    return ASKED.stream().filter(host::equals).count();
  }

  @Override
  public InetAddressResolver get(Configuration configuration) {
    new GuardedNames().get(configuration);
    return GuardedNames.guarding(scripted(configuration.builtinResolver()), Duration.ZERO);
  }

  @Override
  public String name() {
    return "names of tests";
  }

  private static InetAddressResolver scripted(InetAddressResolver real) {
    return new InetAddressResolver() {
      @Override
      public Stream<InetAddress> lookupByName(String host, LookupPolicy policy)
          throws UnknownHostException {
        ASKED.add(host);
        Deque<List<InetAddress>> script = SCRIPTS.get(host);
        return script == null ? real.lookupByName(host, policy) : next(script).stream();
      }

      @Override
      public String lookupByAddress(byte[] address) throws UnknownHostException {
        return real.lookupByAddress(address);
      }
    };
  }

  private static List<InetAddress> next(Deque<List<InetAddress>> script) {
    synchronized (script) {
      return script.size() > 1 ? script.remove() : script.element();
    }
  }
}
