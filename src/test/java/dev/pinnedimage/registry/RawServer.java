package dev.pinnedimage.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Says what no HTTP server would, byte by byte, on each connection. */
public final class RawServer implements AutoCloseable {
  @FunctionalInterface
  public interface Script {
    void play(OutputStream out) throws IOException, InterruptedException;
  }

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final CountDownLatch hungUp = new CountDownLatch(1);

  public RawServer(Script script) throws IOException {
    Thread.ofVirtual().start(() -> accept(script));
  }

  public String authority() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** Whether the client closed a connection on which it had been left waiting. */
  public boolean wasHungUpOn() throws InterruptedException {
    return hungUp.await(3, TimeUnit.SECONDS);
  }

  private void accept(Script script) {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket, script));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      InputStream in = socket.getInputStream();
      in.read(new byte[64 * 1024]);
      script.play(socket.getOutputStream());
    } catch (IOException e) {
      hungUp.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }

  /** A byte now and then, for ever: no read timeout would notice. */
  public static Script trickling(String start) {
    return out -> {
      out.write(ascii(start));
      while (true) {
        out.write('a');
        out.flush();
        Thread.sleep(50);
      }
    };
  }

  public static Script saying(String text) {
    return out -> out.write(ascii(text));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
