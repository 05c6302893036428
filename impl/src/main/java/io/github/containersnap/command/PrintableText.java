package io.github.containersnap.command;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The one place where text becomes safe to print. Names, messages and fields come from images,
 * registries and files that anybody may have written; a terminal obeys what some of their
 * characters say, and bidirectional controls make text read otherwise than it is.
 *
 * <p>Each such UTF-16 unit becomes {@code \}{@code uXXXX}, which JSON reads as the same character.
 * Only the line feed and the tab stay.
 */
public final class PrintableText {
  private static final HexFormat HEX = HexFormat.of();

  private PrintableText() {}

  /** The same text with every unit in words that a terminal would not show as itself. */
  public static String of(String text) {
    if (text.chars().allMatch(unit -> unit >= ' ' && unit < 0x7f)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      int next = i + Character.charCount(point);
      if (isShownAsItself(point)) {
        safe.appendCodePoint(point);
      } else {
        for (; i < next; i++) {
          safe.append("\\u").append(HEX.toHexDigits(text.charAt(i)));
        }
      }
      i = next;
    }
    return safe.toString();
  }

  /** The same on one line and in one column: a line feed or a tab becomes a question mark. */
  public static String onOneLine(String text) {
    return of(text.replace('\n', '?').replace('\t', '?'));
  }

  /** Whether a terminal shows a character for {@code point}, where it stands, and nothing else. */
  static boolean isShownAsItself(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> point == '\n' || point == '\t';
      // Bidirectional controls, joiners, tags and the like; halves of characters; what is unknown.
      case Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** A writer to {@code out}, through which nothing unsafe gets. */
  public static PrintWriter writer(Writer out) {
    return new SafePrintWriter(out);
  }

  /** A writer to {@code out}, in its charset, through which nothing unsafe gets. */
  public static PrintWriter writer(PrintStream out) {
    return writer(new OutputStreamWriter(out, out.charset()));
  }

  /**
   * What {@code out} writes to, for the one class that has to steer a terminal. It makes safe
   * itself whatever it did not write itself.
   */
  public static PrintWriter unprotected(PrintWriter out) {
    return out instanceof SafePrintWriter safe ? safe.raw : out;
  }

  /**
   * A stream to {@code out}, through which no text gets that is unsafe; bytes are not looked at.
   */
  public static PrintStream stream(PrintStream out) {
    return new SafeStream(out);
  }

  private static final class SafePrintWriter extends PrintWriter {
    private final PrintWriter raw;

    SafePrintWriter(Writer out) {
      super(new SafeWriter(out), true);
      this.raw = new PrintWriter(out, true);
    }
  }

  private static final class SafeWriter extends FilterWriter {
    SafeWriter(Writer out) {
      super(out);
    }

    @Override
    public void write(int unit) throws IOException {
      out.write(PrintableText.of(String.valueOf((char) unit)));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      out.write(PrintableText.of(new String(Arrays.copyOfRange(text, offset, offset + length))));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
      out.write(PrintableText.of(text.substring(offset, offset + length)));
    }
  }

  private static final class SafeStream extends PrintStream {
    SafeStream(PrintStream out) {
      super(out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void print(String text) {
      super.print(PrintableText.of(String.valueOf(text)));
    }

    @Override
    public void print(char unit) {
      print(String.valueOf(unit));
    }

    @Override
    public void print(char[] text) {
      print(new String(text));
    }

    @Override
    public void print(Object value) {
      print(String.valueOf(value));
    }

    @Override
    public void println(String text) {
      print(text + System.lineSeparator());
    }

    @Override
    public void println(char unit) {
      println(String.valueOf(unit));
    }

    @Override
    public void println(char[] text) {
      println(new String(text));
    }

    @Override
    public void println(Object value) {
      println(String.valueOf(value));
    }
  }
}
