package io.github.containersnap.bundle;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The end of a command's help as sections of a manual: a paragraph {@code Heading: text} is one,
 * text without a heading is {@code Notes}.
 *
 * @param sections text by heading
 */
record HelpFooter(Map<String, String> sections) {
  private static final String WITHOUT_HEADING = "Notes";

  static HelpFooter of(DocumentedCommand verb) {
    Map<String, String> sections = new LinkedHashMap<>();
    for (String paragraph : DocumentedCommand.paragraphs(verb.spec().usageMessage().footer())) {
      String[] parts = paragraph.split(":(\\s+|$)", 2);
      boolean headed = parts.length == 2 && parts[0].matches("[A-Z][A-Za-z ]*");
      String heading = headed ? parts[0] : WITHOUT_HEADING;
      sections.merge(heading, headed ? parts[1] : paragraph, (one, more) -> one + "\n\n" + more);
    }
    return new HelpFooter(sections);
  }

  /** The text under a heading, or the empty text. */
  String text(String heading) {
    return sections.getOrDefault(heading, "");
  }
}
