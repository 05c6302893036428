package io.github.containersnap.proof;

import io.github.containersnap.oci.layer.BaseTree;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A subvolume as it was when it was proven to hold what some layers make: its inodes out of the
 * records of these layers, each of which has what differs from the one below. Only what is asked
 * for is looked at.
 */
final class ProvenTree implements BaseTree, TreeManifest.Source {
  private final List<TreeRecord> records;
  private final Map<Long, TreeRecord.Recorded> directories = new HashMap<>();
  private Optional<SortedMap<String, TreeEntry>> entries = Optional.empty();

  /** The tree of these records, the top layer's first. */
  private ProvenTree(List<TreeRecord> records) {
    this.records = List.copyOf(records);
  }

  /** The tree that a record has on its own. */
  static ProvenTree of(TreeRecord record) {
    return new ProvenTree(List.of(record));
  }

  /** The tree that a record has together with this one. */
  ProvenTree with(TreeRecord above) {
    List<TreeRecord> all = new ArrayList<>();
    all.add(above);
    all.addAll(records);
    return new ProvenTree(all);
  }

  /** The record of the top layer. */
  TreeRecord record() {
    return records.getFirst();
  }

  @Override
  public long root() {
    return SubvolumeTree.ROOT;
  }

  @Override
  public BaseFile file(long number) {
    return recorded(number).file();
  }

  /** The directory that a directory is in, if there is one of that number. */
  Optional<Long> directoryOf(long number) throws IOException {
    for (TreeRecord record : records) {
      Optional<Long> directory = record.directoryOf(number);
      if (directory.isPresent()) {
        return directory;
      }
    }
    return Optional.empty();
  }

  private TreeRecord.Recorded recorded(long number) {
    TreeRecord.Recorded kept = directories.get(number);
    if (kept != null) {
      return kept;
    }
    try {
      for (TreeRecord record : records) {
        Optional<TreeRecord.Recorded> inode = record.inode(number);
        if (inode.isPresent()) {
          if (!inode.get().file().children().isEmpty()) {
            directories.put(number, inode.get());
          }
          return inode.get();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("There is no record of inode " + number);
  }

  @Override
  public Optional<TreeEntry> get(String path) {
    if (entries.isPresent()) {
      return Optional.ofNullable(entries.get().get(path));
    }
    Optional<TreeRecord.Recorded> found = at(path);
    if (found.filter(TreeRecord.Recorded::isLinked).isPresent()) {
      return Optional.ofNullable(entries().get(path)); // the group's name takes them all
    }
    return found.map(inode -> inode.file().entry());
  }

  @Override
  public SortedSet<String> names(String directory) {
    SortedSet<String> names = new TreeSet<>();
    at(directory).ifPresent(inode -> names.addAll(inode.file().children().keySet()));
    return names;
  }

  private Optional<TreeRecord.Recorded> at(String path) {
    if (path.isEmpty()) {
      return Optional.of(recorded(root()));
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    return at(PathResolution.parent(path))
        .flatMap(directory -> Optional.ofNullable(directory.file().children().get(name)))
        .map(this::recorded);
  }

  @Override
  public SortedMap<String, TreeEntry> entries() {
    if (entries.isEmpty()) {
      entries = Optional.of(allEntries());
    }
    return entries.get();
  }

  private SortedMap<String, TreeEntry> allEntries() {
    Map<String, TreeEntry> all = new HashMap<>();
    Deque<Map.Entry<String, Long>> pending = new ArrayDeque<>();
    pending.push(Map.entry("", root()));
    while (!pending.isEmpty()) {
      Map.Entry<String, Long> next = pending.pop();
      TreeRecord.Recorded inode = recorded(next.getValue());
      TreeEntry entry = inode.file().entry();
      all.put(
          next.getKey(),
          inode.isLinked() ? entry.inHardLinkGroup(Long.toString(next.getValue())) : entry);
      String prefix = next.getKey().isEmpty() ? "" : next.getKey() + "/";
      inode
          .file()
          .children()
          .forEach((name, child) -> pending.push(Map.entry(prefix + name, child)));
    }
    directories.clear(); // all that they say is in the entries now
    return TreeManifest.of(all).entries();
  }
}
