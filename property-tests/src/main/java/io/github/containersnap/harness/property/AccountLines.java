package io.github.containersnap.harness.property;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an account file, each an entry whose first field is its name (passwd(5)).
 *
 * @param lines without their ends
 */
public record AccountLines(List<String> lines) {
  public AccountLines {
    lines = List.copyOf(lines);
  }

  /** The lines of a file's text. */
  public static AccountLines of(String text) {
    return new AccountLines(text.lines().toList());
  }

  /** With the change made. */
  public AccountLines with(LocalChange.SetEntry change) {
    List<String> changed = new ArrayList<>(lines);
    int place = indexOf(change.name());
    if (place < 0) {
      changed.add(change.line());
    } else {
      changed.set(place, change.line());
    }
    return new AccountLines(changed);
  }

  /** With the change made; nothing changes if the group is not there or has the member. */
  public AccountLines with(LocalChange.JoinGroup change) {
    int place = indexOf(change.group());
    if (place < 0) {
      return this;
    }
    String line = lines.get(place);
    List<String> members =
        List.of(line.substring(line.lastIndexOf(':') + 1).split(",")).stream()
            .filter(member -> !member.isEmpty())
            .toList();
    if (members.contains(change.user())) {
      return this;
    }
    List<String> changed = new ArrayList<>(lines);
    changed.set(place, line + (members.isEmpty() ? "" : ",") + change.user());
    return new AccountLines(changed);
  }

  private int indexOf(String name) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith(name + ":")) {
        return i;
      }
    }
    return -1;
  }

  /** The file's text. */
  public String text() {
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }
}
