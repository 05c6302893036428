package io.github.containersnap.etc;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A small /etc, written down. Texts stand for the digests of contents. */
record EtcSketch(SortedMap<String, TreeEntry> entries, Map<AccountFile, AccountText> accounts) {
  static EtcSketch empty() {
    return new EtcSketch(new TreeMap<>(), new HashMap<>()).directory("");
  }

  EtcSketch directory(String path) {
    return with(path, entry(FileKind.DIRECTORY, 0755, "", ""));
  }

  EtcSketch file(String path, String content) {
    return with(path, entry(FileKind.FILE, 0644, content, ""));
  }

  EtcSketch link(String path, String target) {
    return with(path, entry(FileKind.SYMLINK, 0777, "", target));
  }

  EtcSketch special(String path, FileKind kind, long device) {
    return with(path, new TreeEntry(kind, 0600, 0, 0, 0, "", "", device, new TreeMap<>(), ""));
  }

  /** An account file of these lines; it is a file in the tree, too. */
  EtcSketch accounts(AccountFile file, String... lines) {
    String characters = String.join("\n", Arrays.asList(lines)) + "\n";
    accounts.put(file, AccountText.of(characters.getBytes(StandardCharsets.ISO_8859_1)));
    return with(file.path(), new AccountText(characters).as(entry(FileKind.FILE, 0644, "", "")));
  }

  EtcSketch mode(String path, int mode) {
    TreeEntry old = at(path);
    return with(path, attributes(old, mode, old.uid(), old.gid(), old.extendedAttributes()));
  }

  EtcSketch owner(String path, int uid, int gid) {
    TreeEntry old = at(path);
    return with(path, attributes(old, old.mode(), uid, gid, old.extendedAttributes()));
  }

  EtcSketch attribute(String path, String name, String value) {
    TreeEntry old = at(path);
    SortedMap<String, String> extended = new TreeMap<>(old.extendedAttributes());
    extended.put(name, value);
    return with(path, attributes(old, old.mode(), old.uid(), old.gid(), extended));
  }

  /** Makes these paths, which have the same entry, names of one file. */
  EtcSketch linked(String... paths) {
    for (String path : paths) {
      with(path, at(path).inHardLinkGroup(paths[0]));
    }
    return this;
  }

  EtcSketch with(String path, TreeEntry entry) {
    entries.put(path, entry);
    return this;
  }

  TreeEntry at(String path) {
    TreeEntry entry = entries.get(path);
    if (entry == null) {
      throw new IllegalArgumentException("the sketch has no " + path);
    }
    return entry;
  }

  TreeManifest manifest() {
    return TreeManifest.of(entries);
  }

  /** The plan of a merge of three sketches. */
  static EtcMergePlan plan(EtcSketch came, EtcSketch local, EtcSketch offered) {
    Map<AccountFile, AccountVersions> versions = new HashMap<>();
    for (AccountFile file : AccountFile.values()) {
      if (file.canMerge(came.manifest(), local.manifest(), offered.manifest())) {
        versions.put(
            file,
            new AccountVersions(
                came.accounts.getOrDefault(file, AccountText.EMPTY),
                local.accounts.getOrDefault(file, AccountText.EMPTY),
                offered.accounts.getOrDefault(file, AccountText.EMPTY)));
      }
    }
    return EtcMergePlan.of(came.manifest(), local.manifest(), offered.manifest(), versions);
  }

  private static TreeEntry entry(FileKind kind, int mode, String content, String target) {
    return new TreeEntry(
        kind, mode, 0, 0, content.length(), content, target, 0, new TreeMap<>(), "");
  }

  private static TreeEntry attributes(
      TreeEntry old, int mode, int uid, int gid, SortedMap<String, String> extended) {
    return new TreeEntry(
        old.kind(),
        mode,
        uid,
        gid,
        old.size(),
        old.contentDigest(),
        old.linkTarget(),
        old.deviceNumber(),
        extended,
        old.hardLinkGroup());
  }
}
