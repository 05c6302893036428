package io.github.containersnap.etc;

import io.github.containersnap.linux.EscapedBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * All lines of an account file that have one name. Mostly that is one line; subuid(5) may have
 * several ranges of one user.
 *
 * @param name the name
 * @param lines the lines as they are, at least one
 * @param numbers the numbers they claim
 */
record AccountEntry(String name, List<String> lines, List<IdRange> numbers) {
  AccountEntry {
    lines = List.copyOf(lines);
    numbers = List.copyOf(numbers);
  }

  /** The entry that {@code lines} are in {@code file}. */
  static AccountEntry of(AccountFile file, String name, List<String> lines) {
    return new AccountEntry(
        name, lines, lines.stream().flatMap(line -> file.numbers(fields(line)).stream()).toList());
  }

  /** The fields of a line. */
  static List<String> fields(String line) {
    return Arrays.asList(line.split(":", -1));
  }

  /** The name for messages: bytes a terminal could take for commands are escaped. */
  String displayName() {
    return EscapedBytes.toText(name.getBytes(StandardCharsets.ISO_8859_1));
  }
}
