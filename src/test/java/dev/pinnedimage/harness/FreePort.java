package dev.pinnedimage.harness;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/**
 * Free loopback ports below the range from which the kernel takes the local ends of connections, so
 * that a server that is stopped for a while finds its port free again.
 */
final class FreePort {
  private static final int FIRST = 20_000;
  private static final int END = 32_000;
  private static final int ATTEMPTS = 3;

  private FreePort() {}

  /** Starts a server on a free port, and on another one where somebody was quicker. */
  static <T> T start(RunDirectory run, IntFunction<T> server) {
    for (int attempt = 1; ; attempt++) {
      try {
        return server.apply(find());
      } catch (ManagedProcess.Died died) {
        if (attempt == ATTEMPTS || !died.portTaken()) {
          throw died;
        }
        run.forget(died.process());
      }
    }
  }

  static int find() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no free port between %d and %d".formatted(FIRST, END));
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether somebody listens there. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
