package io.github.containersnap.harness.experiment;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory as libarchive and attr(1) read it, so that the project's own reader can be held
 * against tools that nobody here wrote. {@code bsdtar} prints an mtree(5) specification, which in
 * libarchive knows no access control lists or extended attributes: {@code getfattr} prints those.
 */
final class LibarchiveTree {
  private static final String KEYWORDS =
      "!all,type,mode,uid,gid,size,link,device,sha256,nlink,inode,resdevice";
  private static final Map<String, FileKind> KINDS =
      Map.of(
          "dir", FileKind.DIRECTORY,
          "file", FileKind.FILE,
          "link", FileKind.SYMLINK,
          "char", FileKind.CHARACTER_DEVICE,
          "block", FileKind.BLOCK_DEVICE,
          "fifo", FileKind.FIFO,
          "socket", FileKind.SOCKET);

  private LibarchiveTree() {}

  static TreeManifest of(Path root) {
    List<String> lines =
        ExternalCommand.of("bsdtar", "--create", "--file", "-", "--format", "mtree")
            .with("--options", KEYWORDS, "--directory", root, ".")
            .run()
            .lines();
    Map<String, SortedSet<String>> names = new HashMap<>();
    Map<String, Map<String, String>> specified = new HashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", -1);
      Map<String, String> keywords = new HashMap<>();
      for (String word : List.of(words).subList(1, words.length)) {
        int equals = word.indexOf('=');
        keywords.put(word.substring(0, equals), word.substring(equals + 1));
      }
      String path = unescaped(words[0]).replaceFirst("^\\./?", "");
      specified.put(path, keywords);
      names.computeIfAbsent(file(keywords), _ -> new TreeSet<>()).add(path);
    }
    Map<String, SortedMap<String, String>> attributes = attributes(root);
    Map<String, TreeEntry> entries = new HashMap<>();
    specified.forEach(
        (path, keywords) -> {
          SortedSet<String> alike = Objects.requireNonNull(names.get(file(keywords)));
          entries.put(
              path,
              entry(
                  keywords,
                  alike.size() > 1 ? alike.getFirst() : "",
                  attributes.getOrDefault(path, new TreeMap<>())));
        });
    return TreeManifest.of(entries);
  }

  /** What is equal for all names of a file. */
  private static String file(Map<String, String> keywords) {
    return keywords.get("resdevice") + " " + keywords.get("inode");
  }

  private static TreeEntry entry(
      Map<String, String> keywords, String hardLinkGroup, SortedMap<String, String> attributes) {
    return new TreeEntry(
        Objects.requireNonNull(KINDS.get(keywords.get("type"))),
        Integer.parseInt(keywords.getOrDefault("mode", ""), 8),
        Integer.parseInt(keywords.getOrDefault("uid", "")),
        Integer.parseInt(keywords.getOrDefault("gid", "")),
        Long.parseLong(keywords.getOrDefault("size", "0")),
        keywords.getOrDefault("sha256digest", ""),
        unescaped(keywords.getOrDefault("link", "")),
        device(keywords.getOrDefault("device", "native,0,0")),
        attributes,
        hardLinkGroup);
  }

  /** As stat(2) has it, for numbers below 256 (makedev(3)). */
  private static long device(String text) {
    String[] numbers = text.split(",", -1);
    return Long.parseLong(numbers[1]) << 8 | Long.parseLong(numbers[2]);
  }

  private static Map<String, SortedMap<String, String>> attributes(Path root) {
    Map<String, SortedMap<String, String>> attributes = new HashMap<>();
    SortedMap<String, String> of = new TreeMap<>();
    String prefix = "# file: ";
    for (String line :
        ExternalCommand.of("getfattr", "--recursive", "--physical", "--no-dereference")
            .with("--dump", "--match=-", "--encoding=hex", "--absolute-names", root)
            .run()
            .lines()) {
      if (line.startsWith(prefix)) {
        of = new TreeMap<>();
        Path path = Path.of(unescaped(line.substring(prefix.length())));
        attributes.put(root.relativize(path).toString(), of);
      } else if (!line.isEmpty()) {
        int equals = line.indexOf("=0x");
        of.put(line.substring(0, equals), line.substring(equals + 3));
      }
    }
    return attributes;
  }

  /** Both tools write a byte that is not plain as a backslash and three octal digits. */
  private static String unescaped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 3 < text.length() && text.charAt(i + 1) != '\\') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
