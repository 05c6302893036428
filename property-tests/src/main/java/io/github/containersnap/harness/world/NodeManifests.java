package io.github.containersnap.harness.world;

import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.HashMap;
import java.util.Map;

/** Trees of a simulated disk as the engine knows trees. */
public final class NodeManifests {
  private NodeManifests() {}

  /** The manifest of a tree of nodes. */
  public static TreeManifest of(Directory root) {
    Map<String, TreeEntry> entries = new HashMap<>();
    add("", root, entries);
    return TreeManifest.of(entries);
  }

  private static void add(String path, Node node, Map<String, TreeEntry> entries) {
    switch (node) {
      case Directory directory -> {
        entries.put(path, entry(node, FileKind.DIRECTORY, 0, "", "", ""));
        directory
            .children()
            .forEach((name, child) -> add(NodeTree.below(path, name), child, entries));
      }
      case RegularFile file ->
          entries.put(
              path,
              entry(
                  node,
                  FileKind.FILE,
                  file.content().length(),
                  file.content().digest(),
                  "",
                  file.inode() == 0 ? "" : Long.toString(file.inode())));
      case Node.SymbolicLink link ->
          entries.put(path, entry(node, FileKind.SYMLINK, 0, "", link.target(), ""));
    }
  }

  private static TreeEntry entry(
      Node node, FileKind kind, long size, String digest, String target, String hardLinkGroup) {
    Node.Attributes attributes = node.attributes();
    return new TreeEntry(
        kind,
        attributes.mode(),
        attributes.uid(),
        attributes.gid(),
        size,
        digest,
        target,
        0,
        attributes.extended(),
        hardLinkGroup);
  }
}
