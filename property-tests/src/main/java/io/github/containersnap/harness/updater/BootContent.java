package io.github.containersnap.harness.updater;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What one reader of a disk would boot: what the updater names, and the content of the files that a
 * boot loader loads, which may lie outside the root.
 *
 * @param boot what the updater names
 * @param files kernel, initrd and command line as entries of a tree, by names that no file of a
 *     root has; those that are missing or cannot be read have none
 */
public record BootContent(NamedBoot boot, SortedMap<String, TreeEntry> files) {
  /** What the kernel is called among the files of a root. */
  public static final String KERNEL = "next-boot:kernel";

  private static final String INITRD = "next-boot:initrd";
  private static final String COMMAND_LINE = "next-boot:cmdline";
  private static final int BUFFER = 1 << 16;

  public BootContent {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Reads it.
   *
   * @param top where the top level is mounted
   */
  public static BootContent of(Path top, NamedBoot boot) {
    SortedMap<String, TreeEntry> files = new TreeMap<>();
    boot.kernel().flatMap(path -> file(top, path)).ifPresent(it -> files.put(KERNEL, it));
    boot.initrd().flatMap(path -> file(top, path)).ifPresent(it -> files.put(INITRD, it));
    boot.commandLine()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .ifPresent(text -> files.put(COMMAND_LINE, entry(text.length, sha256(text))));
    return new BootContent(boot, files);
  }

  /**
   * All that boots: the root's tree with the boot files in it.
   *
   * @param top where the top level is mounted
   * @param ignored paths in the root that are left out, with all below them
   */
  public TreeManifest in(Path top, Predicate<String> ignored) {
    return with(TreeScan.of(top.resolve(boot.root()), ignored));
  }

  /** The root's tree, as somebody has read it, with the boot files in it. */
  public TreeManifest with(TreeManifest root) {
    Map<String, TreeEntry> all = new TreeMap<>(root.entries());
    all.putAll(files);
    return TreeManifest.of(all);
  }

  /** It as one text: two readers that would boot the same have the same. */
  public String text() {
    return lines().isEmpty() ? boot.root() : boot.root() + "\n" + lines();
  }

  /** The root of such a text. */
  public static String rootOf(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** What boots besides the root, in lines. */
  public String lines() {
    return Map.of(KERNEL, boot.kernel(), INITRD, boot.initrd(), COMMAND_LINE, boot.commandLine())
        .entrySet()
        .stream()
        .filter(each -> each.getValue().isPresent())
        .map(
            each ->
                "%s=%s %s"
                    .formatted(
                        each.getKey(),
                        each.getValue().orElseThrow(),
                        Optional.ofNullable(files.get(each.getKey()))
                            .map(TreeEntry::contentDigest)
                            .orElse("missing")))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  /** A file below the top level; links that lead out of it lead nowhere for a boot loader. */
  private static Optional<TreeEntry> file(Path top, String path) {
    try {
      Path real = top.resolve(path).toRealPath();
      if (!real.startsWith(top.toRealPath()) || !Files.isRegularFile(real)) {
        return Optional.empty();
      }
      MessageDigest digest = Sha256.digest();
      long size = 0;
      try (InputStream in = Files.newInputStream(real)) {
        byte[] buffer = new byte[BUFFER];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          digest.update(buffer, 0, read);
          size += read;
        }
      }
      return Optional.of(entry(size, HexFormat.of().formatHex(digest.digest())));
    } catch (IOException missingOrUnreadable) {
      return Optional.empty();
    }
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
  }

  private static TreeEntry entry(long size, String digest) {
    return new TreeEntry(FileKind.FILE, 0, 0, 0, size, digest, "", 0, new TreeMap<>(), "");
  }
}
