package io.github.containersnap.bundle;

import java.util.Locale;

/** Writes a page in the man(7) macros that groff and mandoc share. */
final class Roff {
  private static final int LONGEST_LINE = 78;

  private final StringBuilder page = new StringBuilder();
  private boolean atSectionStart;

  /** Begins the page {@code name}(8). */
  Roff(String name, String date, String source) {
    request(
        "TH %s 8 %s \"%s\" \"System Administration\""
            .formatted(quoted(name.toUpperCase(Locale.ROOT)), date, escaped(source)));
    request("ad l"); // ids and options are long words: adjusted lines could not be filled
    request("nh"); // names and commands are not to be broken at their hyphens
  }

  void section(String title) {
    request("SH " + quoted(title));
    atSectionStart = true; // where a paragraph needs no request, and must not have one
  }

  void subsection(String title) {
    request("SS " + quoted(title));
    atSectionStart = true;
  }

  void paragraph(String text) {
    newParagraph();
    text(text);
  }

  private void newParagraph() {
    if (!atSectionStart) {
      request("PP");
    }
  }

  /** Text that goes on; words between backticks are set bold. */
  void text(String text) {
    String marked = escaped(text.strip()).replaceAll("`([^`]*)`", "\\\\fB$1\\\\fR");
    StringBuilder line = new StringBuilder();
    for (String word : marked.split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > LONGEST_LINE) {
        line(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    line(line.toString());
  }

  /** A term, already marked up, and what it means. */
  void item(String term, String meaning) {
    request("TP");
    line(term);
    text(meaning);
  }

  /** Lines kept as they are. */
  void example(String lines) {
    newParagraph();
    request("RS 4");
    request("nf");
    lines.lines().map(String::strip).map(Roff::escaped).forEach(this::line);
    request("fi");
    request("RE");
  }

  void request(String request) {
    page.append('.').append(request).append('\n');
    atSectionStart = false;
  }

  /** A line of text; a dot or an apostrophe at its beginning is no request. */
  void line(String line) {
    if (line.startsWith(".") || line.startsWith("'")) {
      page.append("\\&");
    }
    page.append(line).append('\n');
    atSectionStart = false;
  }

  static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  private static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  /** Text in which nothing is a request or a ligature, in ASCII. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '"' -> escaped.append("\\(dq");
                default -> {
                  if (character < 0x80) {
                    escaped.appendCodePoint(character);
                  } else {
                    escaped.append("\\[u%04X]".formatted(character));
                  }
                }
              }
            });
    return escaped.toString();
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
