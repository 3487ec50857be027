package dev.pinnedimage.registry.ambient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;

/** Connections for the clouds' libraries, through the same proxies as everything else. */
record Connections(ProxySelector proxies) {
  private static final int TIMEOUT_MILLIS = 5_000;

  HttpURLConnection open(URI uri) {
    Proxy proxy = proxies.select(uri).stream().findFirst().orElse(Proxy.NO_PROXY);
    try {
      var connection = (HttpURLConnection) uri.toURL().openConnection(proxy);
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      return connection;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
