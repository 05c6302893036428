package io.github.containersnap.etc;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.SequencedSet;

/**
 * The names in a field of group(5) or gshadow(5).
 *
 * @param names each name once, in the field's order
 */
record MemberList(SequencedSet<String> names) {
  /** Reads a field. */
  static MemberList of(String field) {
    SequencedSet<String> names = new LinkedHashSet<>(Arrays.asList(field.split(",")));
    names.remove("");
    return new MemberList(names);
  }

  /**
   * Merges two lists that both began as this one: who was added on one side is in, who was removed
   * on one side is out. The image's order, then what only the machine has.
   */
  MemberList merge(MemberList local, MemberList offered) {
    SequencedSet<String> merged = new LinkedHashSet<>(offered.names);
    merged.removeIf(name -> names.contains(name) && !local.names.contains(name));
    local.names.stream().filter(name -> !names.contains(name)).forEach(merged::add);
    return new MemberList(merged);
  }

  /** The list as a field. */
  String text() {
    return String.join(",", names);
  }
}
