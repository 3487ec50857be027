package dev.pinnedimage.harness;

import dev.pinnedimage.image.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/**
 * A layer of one file, {@code content}, that a container runtime can unpack; of equal text, equal
 * bytes.
 */
final class Layer {
  private static final int BLOCK = 512;
  private final byte[] gzip;
  private final Digest diffId;

  private Layer(byte[] gzip, Digest diffId) {
    this.gzip = gzip;
    this.diffId = diffId;
  }

  static Layer of(String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    int contentBlocks = (content.length + BLOCK - 1) / BLOCK;
    byte[] tar = new byte[BLOCK * (1 + contentBlocks + 2)];
    header(tar, content.length);
    System.arraycopy(content, 0, tar, BLOCK, content.length);
    return new Layer(compressed(tar), Digest.of(tar));
  }

  byte[] gzip() {
    return gzip.clone();
  }

  /** The digest of the uncompressed tar, as it stands in a config. */
  Digest diffId() {
    return diffId;
  }

  /** POSIX ustar; the checksum counts its own field as spaces. */
  private static void header(byte[] tar, int size) {
    put(tar, 0, "content");
    put(tar, 100, "0000755\0");
    put(tar, 108, "0000000\0");
    put(tar, 116, "0000000\0");
    put(tar, 124, "%011o\0".formatted(size));
    put(tar, 136, "00000000000\0");
    put(tar, 148, " ".repeat(8));
    put(tar, 156, "0");
    put(tar, 257, "ustar\00000");
    int sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += tar[i];
    }
    put(tar, 148, "%06o\0 ".formatted(sum));
  }

  private static void put(byte[] tar, int offset, String field) {
    byte[] bytes = field.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, tar, offset, bytes.length);
  }

  private static byte[] compressed(byte[] tar) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(tar);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return out.toByteArray();
  }
}
