package io.github.containersnap.etc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An account file as its entries, in the file's order, and the lines that are none.
 *
 * <p>A table that was read and never changed gives back exactly the text it was read from.
 */
final class AccountTable {
  private final AccountFile file;
  private final AccountText text;
  private final Map<String, AccountEntry> entries;
  private final List<String> malformed;

  private AccountTable(
      AccountFile file,
      AccountText text,
      Map<String, AccountEntry> entries,
      List<String> malformed) {
    this.file = file;
    this.text = text;
    this.entries = Collections.unmodifiableMap(entries);
    this.malformed = Collections.unmodifiableList(malformed);
  }

  /** Reads a file. Lines without a name, or with another number of fields, are malformed. */
  static AccountTable read(AccountFile file, AccountText text) {
    Map<String, List<String>> lines = new LinkedHashMap<>();
    List<String> malformed = new ArrayList<>();
    for (String line : lines(text.characters())) {
      int colon = line.indexOf(':');
      if (colon > 0 && AccountEntry.fields(line).size() == file.fields()) {
        lines.computeIfAbsent(line.substring(0, colon), name -> new ArrayList<>()).add(line);
      } else {
        malformed.add(line);
      }
    }
    Map<String, AccountEntry> entries = new LinkedHashMap<>();
    lines.forEach((name, all) -> entries.put(name, AccountEntry.of(file, name, all)));
    return new AccountTable(file, text, entries, malformed);
  }

  private static List<String> lines(String characters) {
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int end = characters.indexOf('\n'); end >= 0; end = characters.indexOf('\n', start)) {
      lines.add(characters.substring(start, end));
      start = end + 1;
    }
    if (start < characters.length()) {
      lines.add(characters.substring(start));
    }
    return lines;
  }

  /** A table of these entries and, after them, these other lines. */
  static AccountTable of(
      AccountFile file, Map<String, AccountEntry> entries, List<String> malformed) {
    StringBuilder characters = new StringBuilder();
    entries.values().stream()
        .flatMap(entry -> entry.lines().stream())
        .forEach(line -> characters.append(line).append('\n'));
    malformed.forEach(line -> characters.append(line).append('\n'));
    return new AccountTable(
        file,
        new AccountText(characters.toString()),
        new LinkedHashMap<>(entries),
        new ArrayList<>(malformed));
  }

  /** The same table with other entries. */
  AccountTable withEntries(Map<String, AccountEntry> others) {
    return others.equals(entries) ? this : of(file, others, malformed);
  }

  AccountText text() {
    return text;
  }

  Map<String, AccountEntry> entries() {
    return entries;
  }

  Set<String> names() {
    return entries.keySet();
  }

  Optional<AccountEntry> get(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  List<String> malformed() {
    return malformed;
  }
}
