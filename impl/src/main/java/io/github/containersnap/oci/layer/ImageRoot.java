package io.github.containersnap.oci.layer;

import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The root filesystem in memory while layers are applied to it. Links in the middle of a path are
 * followed inside this root, never anywhere else.
 */
final class ImageRoot {
  private static final int MOST_LINKS = 40;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 4095;
  private static final int IMPLICIT_MODE = 0755;

  private final Inode root;
  private final MetadataBudget budget;

  /** An empty root directory of mode {@code mode} that belongs to root. */
  ImageRoot(int mode, MetadataBudget budget) {
    this.root = new Inode(FileKind.DIRECTORY, mode);
    this.budget = budget;
  }

  /** The tree {@code below}. */
  ImageRoot(BaseTree below, MetadataBudget budget) {
    this.root = new InodesBelow(below).inode(below.root());
    this.budget = budget;
  }

  /**
   * The place at which an entry of these components is, its directory resolved.
   *
   * @param directory the directory the name is in
   * @param directoryPath the directory's real path
   * @param name the last component; "" for the root itself, whose directory is itself
   */
  record Place(Inode directory, String directoryPath, String name) {
    String path() {
      return directoryPath.isEmpty() ? name : directoryPath + "/" + name;
    }
  }

  Inode root() {
    return root;
  }

  /**
   * The components of a name from an archive.
   *
   * @throws RefusedEntryException if it has ".." or a component that no filesystem takes
   */
  static List<String> components(String name) throws RefusedEntryException {
    List<String> components = new ArrayList<>();
    for (String component : name.split("/", -1)) {
      if (component.equals("..")) {
        throw new RefusedEntryException("contains \"..\", which could lead out of the root");
      }
      if (!component.isEmpty() && !component.equals(".")) {
        requireShort(component);
        components.add(component);
      }
    }
    return components;
  }

  private static void requireShort(String component) throws RefusedEntryException {
    if (component.length() > LONGEST_NAME
        && EscapedBytes.toBytes(component).length > LONGEST_NAME) {
      throw new RefusedEntryException("has a component longer than 255 bytes");
    }
  }

  /**
   * Where {@code components} lead to, following links in all but the last of them.
   *
   * @param makeMissing whether missing directories are made, as unpacking does
   * @throws RefusedEntryException if the way leads through something else than directories
   */
  Place place(List<String> components, boolean makeMissing) throws RefusedEntryException {
    if (components.isEmpty()) {
      return new Place(root, "", "");
    }
    Walk walk = new Walk(makeMissing);
    walk.follow(components.subList(0, components.size() - 1));
    Place place = new Place(walk.directory(), walk.path(), components.getLast());
    requireShortPath(place.path());
    return place;
  }

  private static void requireShortPath(String path) throws RefusedEntryException {
    if (path.length() > LONGEST_PATH) {
      throw new RefusedEntryException("has a path longer than 4,095 bytes");
    }
  }

  /** Whether the last of {@code components}, which exist, is a symbolic link. */
  boolean isLink(List<String> components) throws RefusedEntryException {
    Place place = place(components, false);
    Inode inode = place.directory().children().get(place.name());
    return inode != null && inode.kind() == FileKind.SYMLINK;
  }

  /** All of it as a manifest. */
  TreeManifest manifest() {
    Map<String, TreeEntry> entries = new HashMap<>();
    IdentityHashMap<Inode, String> groups = new IdentityHashMap<>();
    Deque<Map.Entry<String, Inode>> pending = new ArrayDeque<>();
    pending.push(Map.entry("", root));
    while (!pending.isEmpty()) {
      Map.Entry<String, Inode> next = pending.pop();
      String path = next.getKey();
      Inode inode = next.getValue();
      String group = groups.computeIfAbsent(inode, file -> path);
      entries.put(path, inode.toEntry(inode.isDirectory() ? "" : group));
      String prefix = path.isEmpty() ? "" : path + "/";
      inode.children().forEach((name, child) -> pending.push(Map.entry(prefix + name, child)));
    }
    return TreeManifest.of(entries);
  }

  /** One way through the tree. */
  private final class Walk {
    private final boolean makeMissing;
    private final Deque<Inode> directories = new ArrayDeque<>();
    private final Deque<String> names = new ArrayDeque<>();
    private int links;
    private int insideLinks;

    Walk(boolean makeMissing) {
      this.makeMissing = makeMissing;
      directories.push(root);
    }

    Inode directory() {
      return directories.element();
    }

    String path() {
      return String.join("/", names.reversed());
    }

    void follow(List<String> components) throws RefusedEntryException {
      for (String component : components) {
        step(component);
      }
    }

    private void step(String component) throws RefusedEntryException {
      if (component.equals("..")) {
        if (names.isEmpty()) {
          throw new RefusedEntryException("goes through a link that points out of the root");
        }
        names.pop();
        directories.pop();
        return;
      }
      Inode next = directory().children().get(component);
      if (next == null) {
        next = make(component);
      }
      switch (next.kind()) {
        case DIRECTORY -> {
          directories.push(next);
          names.push(component);
        }
        case SYMLINK -> followLink(component, next.linkTarget());
        case FILE, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET ->
            throw new RefusedEntryException(
                "goes through \"%s\", which is %s".formatted(component, next.kind().words()));
      }
    }

    private Inode make(String component) throws RefusedEntryException {
      if (!makeMissing || insideLinks > 0) { // a link whose target is missing dangles
        throw new RefusedEntryException("goes through \"" + component + "\", which does not exist");
      }
      String madePath = names.isEmpty() ? component : path() + "/" + component;
      requireShortPath(madePath);
      budget.spend(madePath);
      Inode made = Inode.madeIn(directory(), FileKind.DIRECTORY, IMPLICIT_MODE);
      directory().children().put(component, made);
      return made;
    }

    private void followLink(String name, String target) throws RefusedEntryException {
      if (++links > MOST_LINKS) {
        throw new RefusedEntryException("goes through more than 40 links");
      }
      if (target.startsWith("/")) {
        names.clear();
        directories.clear();
        directories.push(root);
      }
      insideLinks++;
      try {
        for (String component : target.split("/", -1)) {
          if (!component.isEmpty() && !component.equals(".")) {
            step(component);
          }
        }
      } catch (RefusedEntryException e) {
        throw new RefusedEntryException(
            "goes through the link \"%s\" to \"%s\" and so %s".formatted(name, target, e.why()));
      }
      insideLinks--;
    }
  }
}
