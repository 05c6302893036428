package io.github.containersnap.gate.report.page;

import java.util.List;
import java.util.stream.Collectors;

/** The pieces of HTML that repeat in the page, with text from anywhere in them. */
public final class Markup {
  private Markup() {}

  /** Text as HTML shows it, also within an attribute in double quotes. */
  public static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /**
   * JSON that lies in a script element: no text in it ends the element or begins a comment, and
   * nothing in it ends a line of JavaScript.
   */
  static String forScript(String json) {
    return json.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029");
  }

  /** Sentences as items of a list. */
  static String items(List<String> sentences) {
    return sentences.stream()
        .map(each -> "<li>%s</li>".formatted(escaped(each)))
        .collect(Collectors.joining("\n"));
  }

  /** A name and what it stands for, in a description list. */
  static String fact(String name, String value) {
    return "<div><dt>%s</dt><dd>%s</dd></div>\n".formatted(escaped(name), escaped(value));
  }

  /** A row of the table of faults. */
  static String fault(String property, String what, String states) {
    return "<tr><th scope=\"row\">%s</th><td>%s</td><td class=\"number\">%s</td></tr>\n"
        .formatted(escaped(property), escaped(what), escaped(states));
  }
}
