package io.github.containersnap.base;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import java.io.IOException;
import java.util.stream.Collectors;

/**
 * What is wrong with a JSON document, in words. Jackson's own messages name Java classes and quote
 * the document, which may be any file that a hostile image has led to.
 */
public final class JsonFault {
  private JsonFault() {}

  /**
   * What is wrong with a document of which Jackson could not even read the bytes as characters: it
   * then throws another exception than for a document that is not JSON.
   */
  public static String inWords(IOException fault) {
    return fault instanceof JsonProcessingException json
        ? inWords(json)
        : "it is not JSON: its bytes are not a text in UTF-8, UTF-16 or UTF-32";
  }

  /** Where the fault is, without a word of the document but the names of known fields. */
  public static String inWords(JsonProcessingException fault) {
    if (fault instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      return "its %s has a value that is of no use there".formatted(field(mapping));
    }
    JsonLocation location = fault.getLocation();
    // Without a place: it goes beyond the limits that Jackson has against hostile documents.
    return location == null || location.getLineNr() < 1
        ? "it is not JSON that can be read: nested too deeply, or with values that are too long"
        : "it is not JSON from line %d, column %d on"
            .formatted(location.getLineNr(), location.getColumnNr());
  }

  private static String field(JsonMappingException mapping) {
    return mapping.getPath().stream()
        .map(
            step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
        .collect(Collectors.joining("."))
        .replace(".[", "[");
  }
}
