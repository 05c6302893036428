package io.github.containersnap.harness.world;

import io.github.containersnap.harness.world.Node.RegularFile;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A layer as a tar archive (POSIX ustar), always the same bytes for the same layer: its digest is
 * what real tools know the layer by.
 */
final class HistoryLayerTar {
  private static final int BLOCK = 512;
  private static final int CHECKSUM_AT = 148;
  private static final int CHECKSUM_LENGTH = 8;
  private static final int DIRECTORY_MODE = 0755;

  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

  private HistoryLayerTar() {}

  /** The archive of a layer. */
  static byte[] of(HistoryImage.Layer layer) {
    HistoryLayerTar made = new HistoryLayerTar();
    made.header("./", DIRECTORY_MODE, 0, '5');
    for (String directory : directories(layer)) {
      made.header(directory + "/", DIRECTORY_MODE, 0, '5');
    }
    for (Map.Entry<String, RegularFile> file : layer.files().entrySet()) {
      byte[] bytes = file.getValue().content().bytes();
      made.header(file.getKey(), file.getValue().attributes().mode(), bytes.length, '0');
      made.archive.writeBytes(Arrays.copyOf(bytes, (bytes.length + BLOCK - 1) / BLOCK * BLOCK));
    }
    made.archive.writeBytes(new byte[2 * BLOCK]);
    return made.archive.toByteArray();
  }

  private static SortedSet<String> directories(HistoryImage.Layer layer) {
    SortedSet<String> directories = new TreeSet<>(layer.directories());
    for (String file : layer.files().keySet()) {
      for (String above = NodeTree.parent(file); !above.isEmpty(); above = NodeTree.parent(above)) {
        directories.add(above);
      }
    }
    return directories;
  }

  private void header(String name, int mode, int size, char type) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "%07o\0%07o\0%07o\0".formatted(mode, 0, 0));
    put(header, 124, "%011o\0%011o\0".formatted(size, 0));
    Arrays.fill(header, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_LENGTH, (byte) ' ');
    put(header, 156, Character.toString(type));
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte each : header) {
      sum += each & 0xff;
    }
    put(header, CHECKSUM_AT, "%06o\0 ".formatted(sum));
    archive.writeBytes(header);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }
}
