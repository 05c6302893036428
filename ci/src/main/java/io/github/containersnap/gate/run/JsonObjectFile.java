package io.github.containersnap.gate.run;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.base.JsonFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A file of a user's with one JSON object in it, which is not believed. Later schemas may have more
 * fields.
 *
 * @param file the file
 * @param largest how many bytes it may have
 * @param needed the fields that it must have
 * @param refusal makes the error from the part of a sentence that says why
 */
public record JsonObjectFile(
    Path file,
    long largest,
    List<String> needed,
    Function<String, UnusableInputException> refusal) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // later schemas add fields
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * The object.
   *
   * @throws UnusableInputException if there is none that has all it needs
   * @throws IOException if the file cannot be read
   */
  public ObjectNode read() throws IOException {
    if (!Files.isRegularFile(file)) {
      throw refusal.apply("there is no such file");
    }
    if (Files.size(file) > largest) {
      throw refusal.apply("it is larger than %d bytes".formatted(largest));
    }
    byte[] bytes = Files.readAllBytes(file);
    JsonNode json;
    try {
      json = MAPPER.readTree(bytes);
    } catch (IOException e) { // what is wrong with the bytes: they have been read
      throw refusal.apply(JsonFault.inWords(e));
    }
    if (!(json instanceof ObjectNode object)) {
      throw refusal.apply("it holds no JSON object");
    }
    for (String name : needed) {
      if (!object.hasNonNull(name)) {
        throw refusal.apply("it lacks '%s'".formatted(name));
      }
    }
    return object;
  }

  /**
   * The object as a record.
   *
   * @throws UnusableInputException if it has other types of fields
   */
  public <T> T as(Class<T> type, ObjectNode object) {
    try {
      return MAPPER.treeToValue(object, type);
    } catch (IOException e) {
      throw refusal.apply(JsonFault.inWords(e));
    }
  }
}
