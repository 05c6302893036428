package io.github.containersnap.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The examples of the manual pages: commands, each below a line that says what it is for.
 *
 * @param all in the order of the file
 */
record Examples(List<Example> all) {
  /**
   * One example.
   *
   * @param purpose what it is for, a sentence
   * @param command the command line, beginning with {@code container-snap}
   */
  record Example(String purpose, String command) {
    /** The arguments after {@code container-snap}. */
    List<String> arguments() {
      List<String> words = List.of(command.split(" ", -1));
      return words.subList(1, words.size());
    }

    boolean isOf(DocumentedCommand verb) {
      return arguments().contains(verb.name());
    }
  }

  /** Reads a file of lines, a purpose and then its command; lines that begin with # say nothing. */
  static Examples read(Path file) throws IOException {
    List<String> lines =
        Files.readAllLines(file).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
            .toList();
    List<Example> all = new ArrayList<>();
    for (int i = 0; i < lines.size(); i += 2) {
      if (i + 1 == lines.size() || !lines.get(i + 1).startsWith("container-snap ")) {
        throw new IOException(
            "%s: no command follows the purpose \"%s\"".formatted(file, lines.get(i)));
      }
      all.add(new Example(lines.get(i), lines.get(i + 1)));
    }
    return new Examples(List.copyOf(all));
  }

  List<Example> of(DocumentedCommand verb) {
    return all.stream().filter(example -> example.isOf(verb)).toList();
  }
}
