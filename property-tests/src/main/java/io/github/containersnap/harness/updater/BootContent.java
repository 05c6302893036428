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
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
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

  public BootContent {
    files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
  }

  /**
   * Reads it.
   *
   * @param top where the top level is mounted
   */
  public static BootContent of(Path top, NamedBoot boot) {
    return of(boot, path -> file(top, path));
  }

  /**
   * Reads it as a boot loader does.
   *
   * @param files reads a file below the top level; empty if it is missing or cannot be read
   */
  public static BootContent of(NamedBoot boot, Function<String, Optional<LoadedFile>> files) {
    SortedMap<String, TreeEntry> entries = new TreeMap<>();
    boot.kernel().flatMap(files).ifPresent(it -> entries.put(KERNEL, it.entry()));
    boot.initrd().flatMap(files).ifPresent(it -> entries.put(INITRD, it.entry()));
    boot.commandLine()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .map(text -> new LoadedFile(text.length, sha256(text)))
        .ifPresent(text -> entries.put(COMMAND_LINE, text.entry()));
    return new BootContent(boot, entries);
  }

  /**
   * A file that was read to its end.
   *
   * @param bytes how long it is
   * @param sha256 its digest, in hexadecimal
   */
  public record LoadedFile(long bytes, String sha256) {
    private TreeEntry entry() {
      return new TreeEntry(FileKind.FILE, 0, 0, 0, bytes, sha256, "", 0, new TreeMap<>(), "");
    }
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
  private static Optional<LoadedFile> file(Path top, String path) {
    try {
      Path real = top.resolve(path).toRealPath();
      if (!real.startsWith(top.toRealPath()) || !Files.isRegularFile(real)) {
        return Optional.empty();
      }
      LoadedFileSink read = new LoadedFileSink();
      try (InputStream in = Files.newInputStream(real)) {
        long _ = in.transferTo(read);
      }
      return Optional.of(read.file());
    } catch (IOException missingOrUnreadable) {
      return Optional.empty();
    }
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Sha256.digest().digest(bytes));
  }
}
