package dev.pinnedimage.harness;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a real registry and passes everything on, until it is told to misbehave; from then
 * on it answers as no HTTP server would, until it is mended.
 */
public final class ToxicProxy implements AutoCloseable {
  private static final int MAX_HEAD = 64 * 1024;

  /** What happens to each connection while the proxy is broken. */
  @FunctionalInterface
  public interface Toxic {
    void play(Exchange exchange) throws IOException, InterruptedException;
  }

  private final RegistryServer registry;
  private final @Nullable SSLContext serving;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Toxic toxic;
  private volatile @Nullable SSLContext brokenServing;
  private volatile ServerSocket listening;

  private ToxicProxy(RegistryServer registry, @Nullable SSLContext serving) {
    this.registry = registry;
    this.serving = serving;
    this.brokenServing = serving;
    this.port = FreePort.find();
    this.listening = listen();
  }

  public static ToxicProxy before(RegistryServer registry) {
    return new ToxicProxy(registry, null);
  }

  /** With a certificate of its own, which {@link #show} replaces. */
  public static ToxicProxy withTls(RegistryServer registry, SSLContext serving) {
    return new ToxicProxy(registry, serving);
  }

  /** {@code 127.0.0.1:PORT}, as it stands in an image reference. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** Misbehaves from now on, also towards connections that were kept alive. */
  public void poison(Toxic with) {
    toxic = with;
    hangUp();
  }

  /** Another certificate; null for none, that is, without TLS. */
  public void show(@Nullable SSLContext other) {
    brokenServing = other;
    hangUp();
  }

  /** Nobody listens any more. */
  public void refuse() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hangUp();
  }

  /** Passes everything on again; connections that hang are left hanging, as a network would. */
  public void mend() {
    toxic = null;
    brokenServing = serving;
    if (listening.isClosed()) {
      listening = listen();
    }
  }

  /** How many connections the clients have not closed. */
  public int openConnections() {
    return open.size();
  }

  private ServerSocket listen() {
    try {
      ServerSocket socket = new ServerSocket();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      Thread.ofVirtual().start(() -> accept(socket));
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on " + port, e);
    }
  }

  private void accept(ServerSocket socket) {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        open.add(client);
        Thread.ofPlatform().daemon().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (accepted;
        Socket client = speaking(accepted)) {
      answer(client);
    } catch (IOException e) {
      // Either side hung up: that is what this is for.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(accepted);
    }
  }

  private Socket speaking(Socket accepted) throws IOException {
    SSLContext context = brokenServing;
    if (context == null) {
      return accepted;
    }
    SSLSocket tls =
        (SSLSocket) context.getSocketFactory().createSocket(accepted, "127.0.0.1", port, true);
    tls.setUseClientMode(false);
    return tls;
  }

  /** One request for each connection: what a keep-alive would hide shows at once. */
  private void answer(Socket client) throws IOException, InterruptedException {
    String head = head(client.getInputStream());
    if (head.isEmpty()) {
      return;
    }
    Exchange exchange = new Exchange(client, head);
    Toxic now = toxic;
    if (now == null) {
      exchange.pass();
    } else {
      now.play(exchange);
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (read.size() < MAX_HEAD) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      read.write(next);
      if (next == '\n' && read.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        return read.toString(ISO_8859_1);
      }
    }
    throw new IOException("endless request");
  }

  private void hangUp() {
    open.forEach(ToxicProxy::close);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    refuse();
  }

  /** A request whose head was read, and the client that waits for an answer. */
  public final class Exchange {
    private final Socket client;
    private final String head;

    private Exchange(Socket client, String head) {
      this.client = client;
      this.head = head;
    }

    public boolean is(String method) {
      return head.startsWith(method + " ");
    }

    public String path() {
      return head.split(" ", 3)[1];
    }

    public void say(String text) throws IOException {
      client.getOutputStream().write(text.getBytes(ISO_8859_1));
      client.getOutputStream().flush();
    }

    /** Waits, without a word, until the client hangs up. */
    public void stall() throws IOException {
      client.getInputStream().read();
    }

    /** A connection reset in place of an end. */
    public void reset() throws IOException {
      client.setSoLinger(true, 0);
      client.close();
    }

    /** What the registry would have said, by a connection for this one request. */
    public void pass() throws IOException {
      String once = head.replaceFirst("\r\n", "\r\nConnection: close\r\n");
      String[] there = registry.host().split(":", 2);
      try (Socket upstream = new Socket(there[0], Integer.parseInt(there[1]))) {
        OutputStream out = upstream.getOutputStream();
        out.write(once.getBytes(ISO_8859_1));
        upstream.getInputStream().transferTo(client.getOutputStream());
      }
    }
  }
}
