package io.github.containersnap.base;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the JSON that other programs print and keep, and writes our own. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /**
   * Reads a text; an empty one is the missing node.
   *
   * @throws UnreadableJsonException if it is not JSON
   */
  public static JsonNode tree(String text) {
    return tree(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Reads a text in UTF-8; an empty one is the missing node.
   *
   * @throws UnreadableJsonException if it is not JSON
   */
  public static JsonNode tree(byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) { // bytes in memory: not JSON, or not even characters
      throw new UnreadableJsonException(e);
    }
  }

  /**
   * Reads a text that every reader must understand alike: no object has a key twice, and nothing
   * follows the value.
   *
   * @throws UnreadableJsonException if it is not such JSON
   */
  public static JsonNode unambiguous(byte[] text) {
    try {
      return STRICT.readTree(text);
    } catch (IOException e) {
      throw new UnreadableJsonException(e);
    }
  }

  /**
   * Reads a file; an empty one is the missing node.
   *
   * @throws IOException if it cannot be read
   * @throws UnreadableJsonException if it is not JSON
   */
  public static JsonNode tree(Path file) throws IOException {
    return tree(Files.readAllBytes(file));
  }

  /** Writes a record over several lines, for people too; without a newline at the end. */
  public static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw unwritable(value, e);
    }
  }

  /** Writes a value in one line, without the newline. */
  public static String line(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw unwritable(value, e);
    }
  }

  private static IllegalStateException unwritable(Object value, JsonProcessingException cause) {
    return new IllegalStateException(
        "a %s cannot be written as JSON".formatted(value.getClass().getSimpleName()), cause);
  }
}
