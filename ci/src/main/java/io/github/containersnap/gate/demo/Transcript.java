package io.github.containersnap.gate.demo;

import io.github.containersnap.cli.output.TextWrap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is told as a text file: the narrator's lines are comments, commands have a prompt, what they
 * write is left as it is, and a margin tells the lines of the console. What is written before a
 * failure stays.
 */
public final class Transcript implements AutoCloseable {
  private static final int COLUMNS = 80;
  private static final TextWrap COMMENT = new TextWrap("# ", "# ", COLUMNS);
  private static final String MARGIN = "  | ";

  private final Writer out;
  private final Map<String, String> calls = new LinkedHashMap<>();

  private Transcript(Writer out) {
    this.out = out;
  }

  /**
   * Begins a transcript.
   *
   * @param file created, or replaced
   * @throws UncheckedIOException if the file cannot be written
   */
  public static Transcript to(Path file) {
    try {
      return new Transcript(Files.newBufferedWriter(file));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the transcript " + file, e);
    }
  }

  /** No transcript. */
  public static Transcript nowhere() {
    return new Transcript(Writer.nullWriter());
  }

  /**
   * From now on another name is written for what differs from run to run.
   *
   * @param real what is said, such as a port that the kernel has chosen
   * @param written what the transcript has in its place
   */
  void calls(String real, String written) {
    calls.put(real, written);
  }

  void chapter(String title) {
    write("\n== " + title + " ==\n");
  }

  void narrates(String text) {
    write("\n" + String.join("\n", COMMENT.lines(text)) + "\n");
  }

  /**
   * @param typed the prompt and the command
   */
  void command(String typed) {
    write("\n" + typed + "\n");
  }

  void output(String line) {
    write(line.stripTrailing() + "\n");
  }

  void console(String line) {
    int room = COLUMNS - MARGIN.length();
    write(MARGIN + (line.length() > room ? line.substring(0, room - 1) + "…" : line) + "\n");
  }

  private void write(String text) {
    String written = text;
    for (Map.Entry<String, String> name : calls.entrySet()) {
      written = written.replace(name.getKey(), name.getValue());
    }
    try {
      out.write(written);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot go on with the transcript", e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot end the transcript", e);
    }
  }
}
