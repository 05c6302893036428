package io.github.containersnap.gate.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A page without a script, in the style of {@link ReportPage}: a verdict, and sections below it.
 * What is put into it as text is hostile and is escaped; its own policy forbids every script and
 * all of the network.
 */
public final class PlainPage {
  private final String verdict;
  private final String word;
  private final String sentence;
  private final String subject;
  private final List<String> sections = new ArrayList<>();

  /**
   * A page without sections.
   *
   * @param verdict {@code holds}, {@code violated} or {@code unknown}: the colour of the badge
   * @param word the verdict in one word or two
   * @param sentence what it means
   * @param subject what was looked at
   */
  public PlainPage(String verdict, String word, String sentence, String subject) {
    this.verdict = verdict;
    this.word = word;
    this.sentence = sentence;
    this.subject = subject;
  }

  /** Adds a section: a name for links, a heading, an introduction, and HTML that is ready. */
  public PlainPage section(String id, String title, String lead, String html) {
    sections.add(
        "<section aria-labelledby=\"%1$s\">\n<h2 id=\"%1$s\">%2$s</h2>\n%3$s%4$s\n</section>\n"
            .formatted(
                Markup.escaped(id),
                Markup.escaped(title),
                lead.isEmpty() ? "" : "<p class=\"lead\">%s</p>\n".formatted(Markup.escaped(lead)),
                html));
    return this;
  }

  /** Tiles with a name and a number each. */
  public static String counts(Map<String, String> counts) {
    return counts.entrySet().stream()
        .map(
            each ->
                "<div><dt>%s</dt><dd>%s</dd></div>"
                    .formatted(Markup.escaped(each.getKey()), Markup.escaped(each.getValue())))
        .collect(Collectors.joining("\n", "<dl class=\"counts\">\n", "\n</dl>"));
  }

  /** Names and what they stand for. */
  public static String facts(Map<String, String> facts) {
    return facts.entrySet().stream()
        .map(each -> Markup.fact(each.getKey(), each.getValue()))
        .collect(Collectors.joining("", "<dl class=\"facts\">\n", "</dl>"));
  }

  /** Sentences as a list. */
  public static String items(List<String> sentences) {
    return "<ul>\n%s\n</ul>".formatted(Markup.items(sentences));
  }

  /** Sentences as a numbered list. */
  public static String numbered(List<String> sentences) {
    return "<ol>\n%s\n</ol>".formatted(Markup.items(sentences));
  }

  /** A line that is typed into a shell, with what it does. */
  public static String command(String what, String line) {
    return "<p class=\"command-name\">%s</p>\n<pre tabindex=\"0\">%s</pre>\n"
        .formatted(Markup.escaped(what), Markup.escaped(line));
  }

  /**
   * A table.
   *
   * @param name what a reader of the page's parts calls it
   * @param heads what the columns are; one that begins with {@code #} holds numbers
   * @param rows the cells, as text; the first of each row is its name
   */
  public static String table(String name, List<String> heads, List<List<String>> rows) {
    StringBuilder html = new StringBuilder();
    html.append(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table: %s\">\n<table>\n<thead><tr>"
            .formatted(Markup.escaped(name)));
    for (String head : heads) {
      html.append(
          "<th scope=\"col\"%s>%s</th>"
              .formatted(
                  number(head), Markup.escaped(head.startsWith("#") ? head.substring(1) : head)));
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : rows) {
      html.append("<tr>");
      for (int column = 0; column < row.size(); column++) {
        String cell = Markup.escaped(row.get(column));
        html.append(
            column == 0
                ? "<th scope=\"row\"%s>%s</th>".formatted(number(heads.get(column)), cell)
                : "<td%s>%s</td>".formatted(number(heads.get(column)), cell));
      }
      html.append("</tr>\n");
    }
    return html.append("</tbody></table>\n</div>").toString();
  }

  private static String number(String head) {
    return head.startsWith("#") ? " class=\"number\"" : "";
  }

  /**
   * The text of the file, to be written in UTF-8.
   *
   * @param source the file or files that it is a view of
   * @param command what makes the page again
   */
  public String html(String source, String command) {
    return new PageTemplate("plain.html")
        .with(
            Map.of(
                "style", PageTemplate.resource("page.css"),
                "verdict", Markup.escaped(verdict),
                "word", Markup.escaped(word),
                "sentence", Markup.escaped(sentence),
                "subject", Markup.escaped(subject),
                "sections", String.join("\n", sections),
                "source", Markup.escaped(source),
                "command", Markup.escaped(command)));
  }
}
