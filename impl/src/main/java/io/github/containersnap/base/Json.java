package io.github.containersnap.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads the JSON that other programs print and keep. */
public final class Json {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private Json() {}

  public static JsonNode tree(String text) {
    return tree(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The document that these bytes are.
   *
   * @throws UnreadableJsonException if they are none
   */
  public static JsonNode tree(byte[] text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) { // bytes in memory: not JSON, or not even characters
      throw new UnreadableJsonException(e);
    }
  }
}
