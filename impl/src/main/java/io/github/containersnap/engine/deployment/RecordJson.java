package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.JsonFault;
import io.github.containersnap.engine.model.DamagedStateException;
import java.nio.file.Path;

/** The engine's records as JSON text. */
public final class RecordJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  private RecordJson() {}

  /** A record as JSON text, which ends with a newline. */
  public static String write(Record value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the engine's own cannot be written", e);
    }
  }

  /**
   * Reads a record.
   *
   * @throws JsonProcessingException if {@code text} is not one
   */
  static <T extends Record> T read(String text, Class<T> type) throws JsonProcessingException {
    T value = MAPPER.readValue(text, type);
    if (value == null) {
      throw new JsonMappingException(null, "it is null");
    }
    return value;
  }

  /**
   * Reads a record that lies in a file.
   *
   * @throws DamagedStateException if {@code text}, its content, is not one; it names the file
   */
  public static <T extends Record> T read(Path file, String text, Class<T> type) {
    try {
      return read(text, type);
    } catch (JsonProcessingException e) {
      throw new DamagedStateException(file, JsonFault.inWords(e));
    }
  }
}
