package io.github.containersnap.gate.demo;

import io.github.containersnap.base.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A recording of a terminal in the asciicast v2 format (docs.asciinema.org): a line of JSON that
 * describes it, and one for each output with its time. What was written before a crash of this
 * program can be played.
 */
public final class AsciicastWriter implements AutoCloseable {
  private static final int ROWS = 40;
  private static final double NANOS = 1e9;

  /** A player waits no longer than this between two outputs, however long the machine took. */
  private static final double LONGEST_WAIT = 2.5;

  private final Writer out;
  private final long begin = System.nanoTime();

  private AsciicastWriter(Writer out) {
    this.out = out;
  }

  /**
   * Begins a recording.
   *
   * @param file created, or replaced
   * @param columns of the terminal
   * @throws UncheckedIOException if the file cannot be written
   */
  public static AsciicastWriter to(Path file, int columns, String title) {
    try {
      AsciicastWriter cast = new AsciicastWriter(Files.newBufferedWriter(file));
      Map<String, Object> header = new LinkedHashMap<>();
      header.put("version", 2);
      header.put("width", columns);
      header.put("height", ROWS);
      header.put("timestamp", Instant.now().getEpochSecond());
      header.put("idle_time_limit", LONGEST_WAIT);
      header.put("title", title);
      cast.line(header);
      return cast;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot record to " + file, e);
    }
  }

  /** No recording. */
  public static AsciicastWriter nowhere() {
    return new AsciicastWriter(Writer.nullWriter());
  }

  /** Something appears on the terminal now. */
  void shows(String text) {
    line(List.of((System.nanoTime() - begin) / NANOS, "o", text.replace("\n", "\r\n")));
  }

  private void line(Object value) {
    try {
      out.write(Json.line(value));
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot go on recording", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot end the recording", e);
    }
  }
}
