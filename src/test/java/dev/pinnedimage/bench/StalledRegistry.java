package dev.pinnedimage.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Takes every connection, reads what comes, and never answers; counts what it is spared. */
public final class StalledRegistry implements AutoCloseable {
  private final ServerSocket server;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger all = new AtomicInteger();

  public StalledRegistry() {
    try {
      server = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** The most connections that were open at one time. */
  public int most() {
    return most.get();
  }

  /** All connections so far. */
  public int all() {
    return all.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        all.incrementAndGet();
        most.accumulateAndGet(open.incrementAndGet(), Math::max);
        Thread.ofVirtual().start(() -> drain(socket));
      }
    } catch (IOException e) {
      // Closed: the end.
    }
  }

  private void drain(Socket socket) {
    try (socket) {
      var _ = socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      // The operator has given up, which is what is waited for.
    } finally {
      open.decrementAndGet();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
