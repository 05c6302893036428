package io.github.containersnap.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A command line, and the {@code --root DIR} that it may begin with, as far as picocli takes DIR
 * for nothing else.
 *
 * @param root the value of {@code --root}
 * @param words what follows it: in a line that is read without picocli, a verb and its arguments
 */
record RootedLine(Optional<Path> root, List<String> words) {
  RootedLine {
    words = List.copyOf(words);
  }

  /** Takes a line apart. */
  static RootedLine of(String... arguments) {
    List<String> all = Arrays.asList(arguments);
    return arguments.length > 2 && arguments[0].equals("--root") && isPath(arguments[1])
        ? new RootedLine(Optional.of(Path.of(arguments[1])), all.subList(2, arguments.length))
        : new RootedLine(Optional.empty(), all);
  }

  /** Whether picocli takes a word as it is: not as an option, nor as a file of arguments. */
  static boolean isPlain(String word) {
    return !word.isEmpty() && !word.startsWith("-") && word.chars().allMatch(RootedLine::isPlain);
  }

  private static boolean isPlain(int character) {
    return Character.isLetterOrDigit(character) || "-_./".indexOf(character) >= 0;
  }

  /** A directory that picocli cannot take for a verb. */
  private static boolean isPath(String word) {
    return isPlain(word) && word.contains("/");
  }
}
