package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The proxy of a company: it alone can resolve names, all of which lead to one port of loopback
 * here.
 */
public final class ConnectProxy implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final int target;
  private final String wanted;
  private final String refusal;

  /**
   * @param wanted must stand in the head of each request, which is answered with the refusal
   *     otherwise
   */
  public ConnectProxy(int target, String wanted, String refusal) throws IOException {
    this.target = target;
    this.wanted = wanted;
    this.refusal = refusal;
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Request lines and headers, in the order of arrival. */
  public List<String> heads() {
    return heads;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      heads.add(head);
      if (!head.contains(wanted)) {
        client.getOutputStream().write(refusal.getBytes(ISO_8859_1));
        return;
      }
      try (Socket registry = new Socket(InetAddress.getLoopbackAddress(), target)) {
        if (head.startsWith("CONNECT ")) {
          client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
        } else {
          registry.getOutputStream().write(head.getBytes(ISO_8859_1));
        }
        Thread back = Thread.ofVirtual().start(() -> copy(registry, client));
        copy(client, registry);
        back.join();
      }
    } catch (IOException e) {
      // The client hung up.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        break;
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void copy(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[8192];
      for (int n = from.getInputStream().read(buffer); n >= 0; ) {
        out.write(buffer, 0, n);
        n = from.getInputStream().read(buffer);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One of the two hung up, and the other one is told by closing.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
