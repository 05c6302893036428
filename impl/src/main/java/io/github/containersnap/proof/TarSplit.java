package io.github.containersnap.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.linux.EscapedBytes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * The record that tar-split kept of a layer's archive: everything in it but the content of files
 * (vbatts/tar-split, tar/storage: one JSON object an entry, gzipped).
 */
final class TarSplit implements Closeable {
  private static final int FILE = 1;
  private static final int SEGMENT = 2;
  private static final int LARGE_READ = 1 << 16;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final MappingIterator<JsonNode> objects;

  private TarSplit(Path file, MappingIterator<JsonNode> objects) {
    this.file = file;
    this.objects = objects;
  }

  /** A stretch of the archive. */
  sealed interface Piece {}

  /** Bytes of the archive itself: headers, padding, the end. */
  @SuppressWarnings("ArrayRecordComponent") // raw bytes, handed over once and never compared
  record Segment(byte[] bytes) implements Piece {}

  /**
   * The content of a file.
   *
   * @param name the entry's name in the archive, escaped
   * @param size the bytes of content
   * @param checksum the CRC-64 that tar-split noted
   */
  @SuppressWarnings("ArrayRecordComponent") // as above
  record Content(String name, long size, byte[] checksum) implements Piece {}

  static TarSplit open(Path file) throws DamagedStoreException {
    try {
      InputStream in = Files.newInputStream(file);
      try {
        return new TarSplit(
            file, JSON.readerFor(JsonNode.class).readValues(new GZIPInputStream(in, LARGE_READ)));
      } catch (IOException | RuntimeException e) {
        in.close();
        throw e;
      }
    } catch (IOException e) {
      throw new DamagedStoreException(file + " cannot be read", e);
    }
  }

  /** The next stretch, or empty at the end. */
  Optional<Piece> next() throws DamagedStoreException {
    try {
      while (objects.hasNextValue()) {
        JsonNode object = objects.nextValue();
        Optional<Piece> piece = piece(object);
        if (piece.isPresent()) {
          return piece;
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw new DamagedStoreException(file + " cannot be read", e);
    }
  }

  private static Optional<Piece> piece(JsonNode object) throws IOException {
    byte[] payload = object.path("payload").binaryValue();
    byte[] bytes = payload == null ? new byte[0] : payload;
    return switch (object.path("type").asInt()) {
      case SEGMENT -> Optional.of(new Segment(bytes));
      case FILE -> {
        long size = object.path("size").asLong();
        yield size > 0
            ? Optional.of(new Content(name(object), size, bytes))
            : Optional.empty(); // an entry without content, already in the segments
      }
      default -> throw new IOException("it has an entry of unknown type " + object.path("type"));
    };
  }

  private static String name(JsonNode object) throws IOException {
    byte[] raw = object.path("name_raw").binaryValue();
    return EscapedBytes.toText(
        raw == null || raw.length == 0
            ? object.path("name").asText().getBytes(StandardCharsets.UTF_8)
            : raw);
  }

  @Override
  public void close() throws IOException {
    objects.close();
  }
}
