package io.github.containersnap.gate.mutants;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.JsonFault;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code mutants.json}: a list with one object for each mutant.
 *
 * @param rows the mutants, in the order in which they were hunted
 */
public record MutantsResult(List<Row> rows) {
  /** The name of the file in the directory of a report. */
  public static final String NAME = "mutants.json";

  /** The state of a fault that shows although nothing happens. */
  static final String UNDISTURBED = "undisturbed";

  private static final long LARGEST = 16L << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // later schemas add fields
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  /**
   * A mutant.
   *
   * @param equivalent why it is no fault, if that is proved
   * @param fault what had to happen
   * @param property what does not hold then
   * @param state where it happened
   * @param states at how many places it had happened
   * @param unknown why it could not be hunted; null if it was, and in older results
   */
  @JsonInclude
  public record Row(
      String name,
      boolean caught,
      @Nullable String equivalent,
      @Nullable String fault,
      @Nullable String property,
      @Nullable String state,
      int states,
      @Nullable String unknown) {
    boolean isMissed() {
      return !caught && equivalent == null && unknown == null;
    }
  }

  /**
   * Reads a file; nothing in it is trusted.
   *
   * @throws UnusableInputException if it is not one
   * @throws IOException if it cannot be read
   */
  public static MutantsResult read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw refused(file, "there is no such file");
    }
    if (Files.size(file) > LARGEST) {
      throw refused(file, "it is larger than %d bytes".formatted(LARGEST));
    }
    byte[] bytes = Files.readAllBytes(file);
    Row[] rows;
    try {
      rows = MAPPER.readValue(bytes, Row[].class);
    } catch (IOException e) { // what is wrong with the bytes: they have been read
      throw refused(file, JsonFault.inWords(e));
    }
    if (rows == null || Arrays.stream(rows).anyMatch(MutantsResult::isNameless)) {
      throw refused(file, "one of its mutants has no name");
    }
    return new MutantsResult(List.of(rows));
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private static boolean isNameless(Row row) {
    return row == null || row.name() == null;
  }

  private static UnusableInputException refused(Path file, String why) {
    return new UnusableInputException(
        "%s is not a result of ci/gate mutants: %s.".formatted(file, why));
  }

  /** The text of the file. */
  String text() {
    return ResultJson.text(rows);
  }

  /** Writes the page, and the result last. */
  void writeTo(Path directory) throws IOException {
    Files.writeString(directory.resolve(ReportPage.NAME), new MutantsPage(this).html());
    Files.writeString(directory.resolve(NAME), text());
  }

  /** Missed beats unknown beats caught. */
  ExitStatus status() {
    if (rows.stream().anyMatch(Row::isMissed)) {
      return ExitStatus.VIOLATED;
    }
    return rows.isEmpty() || rows.stream().anyMatch(row -> row.unknown() != null)
        ? ExitStatus.CANNOT_TELL
        : ExitStatus.HOLDS;
  }
}
