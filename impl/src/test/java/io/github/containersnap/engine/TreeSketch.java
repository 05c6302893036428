package io.github.containersnap.engine;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.SortedMap;
import java.util.TreeMap;

/** Manifests of trees that are on no disk. Missing directories are added. */
public final class TreeSketch {
  private final SortedMap<String, TreeEntry> entries = new TreeMap<>();

  public TreeSketch() {
    directory("");
  }

  /** A tree as bootc images have it, with the kernel 6.12. */
  public static TreeSketch bootable() {
    return new TreeSketch()
        .file("etc/os-release")
        .file("usr/lib/modules/6.12/vmlinuz")
        .file("usr/lib/modules/6.12/initramfs.img")
        .file("usr/lib/modules/6.12/modules.dep")
        .executable("usr/sbin/init")
        .directory("dev")
        .directory("proc")
        .directory("run")
        .directory("sys")
        .directory("var")
        .link("sbin", "usr/sbin");
  }

  public TreeSketch directory(String path) {
    return entry(path, FileKind.DIRECTORY, 0755, 0, "");
  }

  public TreeSketch file(String path) {
    return file(path, 1);
  }

  public TreeSketch file(String path, long size) {
    return entry(path, FileKind.FILE, 0644, size, "");
  }

  public TreeSketch executable(String path) {
    return entry(path, FileKind.FILE, 0755, 1, "");
  }

  public TreeSketch pipe(String path) {
    return entry(path, FileKind.FIFO, 0644, 0, "");
  }

  public TreeSketch link(String path, String target) {
    return entry(path, FileKind.SYMLINK, 0777, 0, target);
  }

  /** Takes away what is at {@code path} and below it. */
  public TreeSketch without(String path) {
    entries.keySet().removeIf(other -> other.equals(path) || other.startsWith(path + "/"));
    return this;
  }

  private TreeSketch entry(String path, FileKind kind, int mode, long size, String target) {
    int slash = path.lastIndexOf('/');
    if (slash > 0 && !entries.containsKey(path.substring(0, slash))) {
      directory(path.substring(0, slash));
    }
    entries.put(path, bare(kind, mode, size, target));
    return this;
  }

  private static TreeEntry bare(FileKind kind, int mode, long size, String target) {
    return new TreeEntry(kind, mode, 0, 0, size, "", target, 0, new TreeMap<>(), "");
  }

  public TreeManifest manifest() {
    return TreeManifest.of(entries);
  }
}
