package dev.pinnedimage.harness;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;
import java.util.zip.GZIPOutputStream;

/** An archive of small text files (POSIX ustar); of equal files, equal bytes. */
final class Tar {
  private static final int BLOCK = 512;
  private static final int LONGEST_NAME = 100;
  private final byte[] bytes;

  private Tar(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * From paths to contents, in their order.
   *
   * @throws IllegalArgumentException where a path is longer than 100 bytes
   */
  static Tar of(SortedMap<String, String> files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      int blocks = (content.length + BLOCK - 1) / BLOCK;
      out.writeBytes(header(file.getKey(), content.length));
      out.writeBytes(Arrays.copyOf(content, BLOCK * blocks));
    }
    out.writeBytes(new byte[2 * BLOCK]);
    return new Tar(out.toByteArray());
  }

  byte[] bytes() {
    return bytes.clone();
  }

  byte[] gzip() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }

  /** The checksum counts its own field as spaces. */
  private static byte[] header(String path, int size) {
    if (path.length() > LONGEST_NAME) {
      throw new IllegalArgumentException(path + " is too long for a tar");
    }
    byte[] header = new byte[BLOCK];
    put(header, 0, path);
    put(header, 100, "0000755\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(size));
    put(header, 136, "00000000000\0");
    put(header, 148, " ".repeat(8));
    put(header, 156, "0");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte each : header) {
      sum += each;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int offset, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
