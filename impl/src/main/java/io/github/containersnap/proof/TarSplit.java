package io.github.containersnap.proof;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
  private static final byte[] NO_BYTES = {};
  private static final JsonMapper JSON = new JsonMapper();

  private final Path file;
  private final JsonParser objects;

  private TarSplit(Path file, JsonParser objects) {
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
        return new TarSplit(file, JSON.createParser(new GZIPInputStream(in, LARGE_READ)));
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
      while (objects.nextToken() != null) {
        Optional<Piece> piece = piece();
        if (piece.isPresent()) {
          return piece;
        }
      }
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      throw new DamagedStoreException(file + " cannot be read", e);
    }
  }

  /** Reads an object; what is not known of it is passed over. */
  private Optional<Piece> piece() throws IOException {
    if (!objects.isExpectedStartObjectToken()) {
      throw new IOException("it has an entry that is not an object");
    }
    int type = 0;
    long size = 0;
    String name = "";
    byte[] rawName = NO_BYTES;
    byte[] payload = NO_BYTES;
    while (objects.nextToken() == JsonToken.FIELD_NAME) {
      String field = objects.currentName();
      objects.nextToken();
      switch (field) {
        case "type" -> type = objects.getValueAsInt();
        case "size" -> size = objects.getValueAsLong();
        case "name" -> name = objects.getValueAsString("");
        case "name_raw" -> rawName = bytes();
        case "payload" -> payload = bytes();
        default -> {
          // such as its place in the archive
        }
      }
      objects.skipChildren();
    }
    return switch (type) {
      case SEGMENT -> Optional.of(new Segment(payload));
      case FILE ->
          size > 0
              ? Optional.of(new Content(escaped(name, rawName), size, payload))
              : Optional.empty(); // an entry without content, already in the segments
      default -> throw new IOException("it has an entry of unknown type " + type);
    };
  }

  private byte[] bytes() throws IOException {
    return objects.currentToken() == JsonToken.VALUE_STRING ? objects.getBinaryValue() : NO_BYTES;
  }

  /** A name that is not UTF-8 is there as bytes. */
  private static String escaped(String name, byte[] rawName) {
    return EscapedBytes.toText(
        rawName.length == 0 ? name.getBytes(StandardCharsets.UTF_8) : rawName);
  }

  @Override
  public void close() throws IOException {
    objects.close();
  }
}
