package dev.pinnedimage.registry.wire;

import dev.pinnedimage.registry.EgressProxy;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;

/** The cluster's way out, as the JDK's client asks for it; it never asks system properties. */
public final class EgressSelector extends ProxySelector {
  private final EgressProxy egress;

  public EgressSelector(EgressProxy egress) {
    this.egress = egress;
  }

  @Override
  public List<Proxy> select(URI uri) {
    return List.of(egress.serverFor(uri).map(EgressSelector::proxy).orElse(Proxy.NO_PROXY));
  }

  private static Proxy proxy(EgressProxy.Server server) {
    var address = InetSocketAddress.createUnresolved(server.host(), server.port());
    return new Proxy(Proxy.Type.HTTP, address);
  }

  /** There is no other way to choose: the request fails, and says so. */
  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
}
