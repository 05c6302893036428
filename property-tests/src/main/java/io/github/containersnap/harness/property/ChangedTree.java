package io.github.containersnap.harness.property;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A directory tree with what its account files say, and what becomes of it when changes are made to
 * it. Nothing is read from a disk: this is what must be there, not what is.
 */
public final class ChangedTree {
  private static final int NEW_ACCOUNT_FILE = 0640;

  private final SortedMap<String, TreeEntry> entries;
  private final Map<String, String> texts;

  private ChangedTree(SortedMap<String, TreeEntry> entries, Map<String, String> texts) {
    this.entries = entries;
    this.texts = texts;
  }

  /**
   * A tree before any change.
   *
   * @param texts what files of it say, by path; all account files that changes are about
   * @throws IllegalArgumentException if a text is not what the tree has at that path
   */
  public static ChangedTree of(TreeManifest tree, Map<String, String> texts) {
    texts.forEach(
        (path, text) -> {
          if (tree.get(path).filter(it -> it.contentDigest().equals(digest(text))).isEmpty()) {
            throw new IllegalArgumentException("the tree has another text at " + path);
          }
        });
    return new ChangedTree(new TreeMap<>(tree.entries()), new HashMap<>(texts));
  }

  /** The tree with the changes made, in order. */
  public ChangedTree with(List<LocalChange> changes) {
    ChangedTree changed = new ChangedTree(new TreeMap<>(entries), new HashMap<>(texts));
    changes.forEach(changed::make);
    return changed;
  }

  /** What it holds. */
  public TreeManifest manifest() {
    return TreeManifest.of(entries);
  }

  Optional<TreeEntry> get(String path) {
    return Optional.ofNullable(entries.get(path));
  }

  /** Takes over what another tree has at a path, and nothing below it. */
  ChangedTree with(String path, ChangedTree other) {
    ChangedTree changed = new ChangedTree(new TreeMap<>(entries), new HashMap<>(texts));
    other.get(path).ifPresent(entry -> changed.entries.put(path, entry));
    Optional.ofNullable(other.texts.get(path)).ifPresent(text -> changed.texts.put(path, text));
    return changed;
  }

  /** Takes over what another tree has at a path and below it, in place of what is there. */
  ChangedTree withWhole(String path, ChangedTree other) {
    ChangedTree changed = new ChangedTree(new TreeMap<>(entries), new HashMap<>(texts));
    changed.remove(path);
    other
        .get(path)
        .ifPresent(
            entry -> {
              changed.entries.put(path, entry);
              changed.entries.putAll(other.entries.subMap(path + "/", path + "0"));
            });
    return changed;
  }

  private void make(LocalChange change) {
    String path = change.path();
    switch (change) {
      case LocalChange.WriteFile write -> {
        remove(path);
        put(path, FileKind.FILE, write.attributes(), write.text(), "");
      }
      case LocalChange.EditFile edit -> edit(path, edit.text());
      case LocalChange.SetMode set ->
          entries.put(path, with(there(path), set.mode(), there(path).uid(), there(path).gid()));
      case LocalChange.SetOwner set ->
          entries.put(path, with(there(path), there(path).mode(), set.uid(), set.gid()));
      case LocalChange.SetAttribute set -> {
        SortedMap<String, String> extended = new TreeMap<>(there(path).extendedAttributes());
        extended.put(set.name(), set.value());
        entries.put(path, there(path).withExtendedAttributes(extended));
      }
      case LocalChange.Delete _ -> remove(path);
      case LocalChange.MakeSymlink link -> {
        remove(path);
        put(path, FileKind.SYMLINK, LocalChange.Attributes.ofRoot(0777), "", link.target());
      }
      case LocalChange.MakeDirectory make -> {
        if (get(path).filter(it -> it.kind() != FileKind.DIRECTORY).isPresent()) {
          remove(path);
        }
        put(path, FileKind.DIRECTORY, make.attributes(), "", "");
      }
      case LocalChange.MakeSubvolume _ ->
          put(path, FileKind.DIRECTORY, LocalChange.Attributes.ofRoot(0755), "", "");
      case LocalChange.LinkFile link -> {
        TreeEntry file = there(link.existing()).inHardLinkGroup(link.existing());
        entries.put(link.existing(), file);
        entries.put(path, file);
      }
      case LocalChange.SetEntry set -> {
        if (get(path).isEmpty()) {
          put(path, FileKind.FILE, LocalChange.Attributes.ofRoot(NEW_ACCOUNT_FILE), "", "");
          texts.put(path, "");
        }
        edit(path, AccountLines.of(text(path)).with(set).text());
      }
      case LocalChange.JoinGroup join -> edit(path, AccountLines.of(text(path)).with(join).text());
    }
  }

  private TreeEntry there(String path) {
    return get(path)
        .orElseThrow(() -> new IllegalArgumentException("there is nothing to change at " + path));
  }

  /** What a file says, if that is known. */
  Optional<String> textAt(String path) {
    return Optional.ofNullable(texts.get(path));
  }

  private String text(String path) {
    return textAt(path)
        .orElseThrow(
            () -> new IllegalArgumentException("what %s says is not known".formatted(path)));
  }

  private void remove(String path) {
    entries.remove(path);
    // '0' follows '/': the range holds exactly the paths below.
    entries.subMap(path + "/", path + "0").clear();
  }

  private void edit(String path, String text) {
    TreeEntry before = there(path);
    put(
        path,
        before.kind(),
        new LocalChange.Attributes(
            before.mode(), before.uid(), before.gid(), before.extendedAttributes()),
        text,
        "");
    texts.computeIfPresent(path, (_, _) -> text);
  }

  private void put(
      String path, FileKind kind, LocalChange.Attributes attributes, String text, String target) {
    entries.put(
        path,
        new TreeEntry(
            kind,
            attributes.mode(),
            attributes.uid(),
            attributes.gid(),
            text.getBytes(StandardCharsets.UTF_8).length,
            kind == FileKind.FILE ? digest(text) : "",
            target,
            0,
            attributes.extended(),
            ""));
  }

  private static TreeEntry with(TreeEntry entry, int mode, int uid, int gid) {
    return new TreeEntry(
        entry.kind(),
        mode,
        uid,
        gid,
        entry.size(),
        entry.contentDigest(),
        entry.linkTarget(),
        entry.deviceNumber(),
        entry.extendedAttributes(),
        entry.hardLinkGroup());
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
