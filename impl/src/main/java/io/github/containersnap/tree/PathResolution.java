package io.github.containersnap.tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Follows symbolic links inside a tree as the kernel does after chroot(2) (path_resolution(7)).
 *
 * @param entryAt what lies at a path that contains no symbolic link before its last component
 */
public record PathResolution(Function<String, Optional<Step>> entryAt) {
  /**
   * What the way meets at one path.
   *
   * @param kind the type of file
   * @param linkTarget what a symbolic link says, "" for every other kind
   */
  public record Step(FileKind kind, String linkTarget) {}

  /** How many links the kernel follows before it says ELOOP. */
  private static final int MOST_LINKS = 40;

  /** The existing entry that {@code path} leads to and that is no symbolic link, if any. */
  public Optional<String> resolve(String path) {
    Deque<String> pending = new ArrayDeque<>();
    push(pending, path);
    String reached = "";
    int links = 0;
    while (!pending.isEmpty()) {
      String component = pending.pop();
      Optional<Step> here = entryAt.apply(reached);
      if (here.isEmpty() || here.get().kind() != FileKind.DIRECTORY) {
        return Optional.empty();
      }
      if (component.equals("..")) {
        reached = parent(reached);
        continue;
      }
      String next = reached.isEmpty() ? component : reached + "/" + component;
      Optional<Step> entry = entryAt.apply(next);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      if (entry.get().kind() != FileKind.SYMLINK) {
        reached = next;
        continue;
      }
      if (++links > MOST_LINKS) {
        return Optional.empty();
      }
      String target = entry.get().linkTarget();
      push(pending, target);
      if (target.startsWith("/")) {
        reached = "";
      }
    }
    return entryAt.apply(reached).isPresent() ? Optional.of(reached) : Optional.empty();
  }

  /** The path of the directory that {@code path} lies in; the root is its own parent. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  private static void push(Deque<String> pending, String path) {
    for (String component : components(path).reversed()) {
      pending.push(component);
    }
  }

  private static List<String> components(String path) {
    return Arrays.stream(path.split("/", -1))
        .filter(component -> !component.isEmpty() && !component.equals("."))
        .toList();
  }
}
