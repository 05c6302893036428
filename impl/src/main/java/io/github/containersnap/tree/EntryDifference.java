package io.github.containersnap.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says in words how the entry found at a path is not the one expected there. */
final class EntryDifference {
  private EntryDifference() {}

  static Optional<String> describe(@Nullable TreeEntry found, @Nullable TreeEntry expected) {
    if (found == null) {
      return expected == null ? Optional.empty() : Optional.of("missing");
    }
    if (expected == null) {
      return Optional.of("not expected");
    }
    if (found.equals(expected)) {
      return Optional.empty();
    }
    if (found.kind() != expected.kind()) {
      return Optional.of(found.kind().words() + " instead of " + expected.kind().words());
    }
    List<String> differences = new ArrayList<>();
    addContent(differences, found, expected);
    addOwnership(differences, found, expected);
    addAttributes(differences, found.extendedAttributes(), expected.extendedAttributes());
    addHardLinks(differences, found.hardLinkGroup(), expected.hardLinkGroup());
    return Optional.of(String.join("; ", differences));
  }

  private static void addContent(List<String> differences, TreeEntry found, TreeEntry expected) {
    if (found.size() != expected.size()) {
      differences.add(
          "content differs: %,d bytes instead of %,d".formatted(found.size(), expected.size()));
    } else if (!found.contentDigest().equals(expected.contentDigest())) {
      differences.add("content differs: %,d bytes, but other ones".formatted(found.size()));
    }
    if (!found.linkTarget().equals(expected.linkTarget())) {
      differences.add(
          "link to \"%s\" instead of \"%s\"".formatted(found.linkTarget(), expected.linkTarget()));
    }
    if (found.deviceNumber() != expected.deviceNumber()) {
      differences.add(
          "device number %#x instead of %#x"
              .formatted(found.deviceNumber(), expected.deviceNumber()));
    }
  }

  private static void addOwnership(List<String> differences, TreeEntry found, TreeEntry expected) {
    if (found.mode() != expected.mode()) {
      differences.add("mode %04o instead of %04o".formatted(found.mode(), expected.mode()));
    }
    if (found.uid() != expected.uid() || found.gid() != expected.gid()) {
      differences.add(
          "owner %d:%d instead of %d:%d"
              .formatted(found.uid(), found.gid(), expected.uid(), expected.gid()));
    }
  }

  private static void addAttributes(
      List<String> differences,
      SortedMap<String, String> found,
      SortedMap<String, String> expected) {
    TreeSet<String> names = new TreeSet<>(found.keySet());
    names.addAll(expected.keySet());
    for (String name : names) {
      String value = found.get(name);
      String wanted = expected.get(name);
      if (value == null) {
        differences.add("extended attribute " + name + " missing");
      } else if (wanted == null) {
        differences.add("extended attribute " + name + " not expected");
      } else if (!value.equals(wanted)) {
        differences.add("extended attribute " + name + " differs");
      }
    }
  }

  private static void addHardLinks(List<String> differences, String found, String expected) {
    if (!found.equals(expected)) {
      differences.add("%s instead of %s".formatted(hardLink(found), hardLink(expected)));
    }
  }

  private static String hardLink(String group) {
    return group.isEmpty() ? "a file of its own" : "a hard link of /" + group;
  }
}
