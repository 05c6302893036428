package io.github.containersnap.cli.output;

import java.util.ArrayList;
import java.util.List;

/**
 * A text broken into lines at its blanks. A word that is longer than a line, such as a path, stays
 * whole, so that it can be copied.
 *
 * @param first what the first line begins with
 * @param others what the other lines begin with
 * @param columns how long a line may be
 */
public record TextWrap(String first, String others, int columns) {

  /** The lines that {@code text} takes; one at least. */
  public List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.split(" ", -1)) {
      if (!empty && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line = new StringBuilder(others);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
    return lines;
  }
}
