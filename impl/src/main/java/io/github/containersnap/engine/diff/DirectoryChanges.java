package io.github.containersnap.engine.diff;

import io.github.containersnap.engine.model.Bytes;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is different in a directory and below it. Every name counts: of a file, a link, a directory.
 *
 * @param directory a directory of at most two levels, such as {@code /usr/lib}
 * @param added what is new, and its size
 * @param removed what is gone, and the size that it had
 * @param changed what is another one, and the size that it has now
 */
public record DirectoryChanges(String directory, Sum added, Sum removed, Sum changed) {
  private static final int LEVELS = 2;

  /**
   * How many names, and how much of regular files.
   *
   * @param count the names
   * @param size the sizes of the regular files among them
   */
  public record Sum(long count, Bytes size) {
    /** Nothing. */
    public static final Sum NONE = new Sum(0, new Bytes(0));

    private Sum plus(long bytes) {
      return new Sum(count + 1, size.plus(new Bytes(bytes)));
    }

    /** Both together. */
    public Sum plus(Sum other) {
      return new Sum(count + other.count, size.plus(other.size));
    }
  }

  /** The sums of {@code changes}, ordered by directory. */
  public static List<DirectoryChanges> of(List<FileChange> changes) {
    SortedMap<String, DirectoryChanges> sums = new TreeMap<>();
    for (FileChange change : changes) {
      String directory = directory(change.path());
      sums.put(
          directory,
          sums.getOrDefault(
                  directory, new DirectoryChanges(directory, Sum.NONE, Sum.NONE, Sum.NONE))
              .plus(change));
    }
    return List.copyOf(sums.values());
  }

  /** The total of {@code changes}, as if all were in one directory. */
  public static DirectoryChanges total(List<DirectoryChanges> changes) {
    return changes.stream()
        .reduce(
            new DirectoryChanges("/", Sum.NONE, Sum.NONE, Sum.NONE),
            (one, other) ->
                new DirectoryChanges(
                    "/",
                    one.added.plus(other.added),
                    one.removed.plus(other.removed),
                    one.changed.plus(other.changed)));
  }

  private DirectoryChanges plus(FileChange change) {
    return switch (change.kind()) {
      case ADDED -> new DirectoryChanges(directory, added.plus(change.after()), removed, changed);
      case DELETED ->
          new DirectoryChanges(directory, added, removed.plus(change.before()), changed);
      case MODIFIED, TYPE, ATTRIBUTES ->
          new DirectoryChanges(directory, added, removed, changed.plus(change.after()));
    };
  }

  private static String directory(String path) {
    int end = 0;
    for (int level = 0; level < LEVELS; level++) {
      int slash = path.indexOf('/', end == 0 ? 0 : end + 1);
      if (slash < 0) {
        break;
      }
      end = slash;
    }
    return "/" + path.substring(0, end);
  }
}
