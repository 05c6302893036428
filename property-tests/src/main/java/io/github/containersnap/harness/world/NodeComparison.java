package io.github.containersnap.harness.world;

import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Comparing trees of simulated disks. */
public final class NodeComparison {
  private NodeComparison() {}

  /** Whether two trees hold the same files with the same content and attributes. */
  public static boolean same(Directory one, Directory other) {
    if (one.children().size() != other.children().size()) {
      return false;
    }
    Iterator<Map.Entry<String, Node>> theirs = other.children().entrySet().iterator();
    for (Map.Entry<String, Node> ours : one.children().entrySet()) {
      Map.Entry<String, Node> there = theirs.next();
      if (!ours.getKey().equals(there.getKey()) || !sameNode(ours.getValue(), there.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameNode(Node one, Node other) {
    if (!one.attributes().equals(other.attributes())) {
      return false;
    }
    return switch (one) {
      case Directory directory -> other instanceof Directory there && same(directory, there);
      case RegularFile file ->
          other instanceof RegularFile there && file.content().equals(there.content());
      case Node.SymbolicLink link ->
          other instanceof Node.SymbolicLink there && link.target().equals(there.target());
    };
  }

  /**
   * The first difference of {@code found} from {@code right}, in words; paths apart are skipped.
   */
  static Optional<String> difference(
      String path, Directory found, Directory right, Predicate<String> apart) {
    Set<String> names = new TreeSet<>(found.children().keySet());
    names.addAll(right.children().keySet());
    for (String name : names) {
      String at = NodeTree.below(path, name);
      if (apart.test(at)) {
        continue;
      }
      Node here = found.children().get(name);
      Node there = right.children().get(name);
      if (here == null) {
        return Optional.of("/" + at + " is missing");
      }
      if (there == null) {
        return Optional.of("/" + at + " does not belong there");
      }
      if (here instanceof Directory inner && there instanceof Directory rightInner) {
        Optional<String> below = difference(at, inner, rightInner, apart);
        if (below.isPresent()) {
          return below;
        }
      } else if (!sameNode(here, there)) {
        return Optional.of("/" + at + (empty(here) ? " is empty" : " is not the image's"));
      }
    }
    return Optional.empty();
  }

  private static boolean empty(Node node) {
    return node instanceof RegularFile file && file.content().length() == 0;
  }
}
