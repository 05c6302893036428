package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the GRUB of a host comes to the menu of deployments. Its configuration, as grub-mkconfig(8)
 * makes it everywhere, reads {@code custom.cfg} beside itself (41_custom); the hook is a block of
 * lines there. It does nothing until there is a menu, and then shows that instead of the host's
 * own, to which Escape leads. So neither the EFI system partition, nor GRUB itself, nor its
 * generated configuration is touched, and the hook can be there before the commit point.
 *
 * @param root where the host's root subvolume is
 */
record GrubHook(DeploymentLayout layout, SystemFiles files, Btrfs btrfs, Path root) {
  private static final List<String> DIRECTORIES = List.of("boot/grub", "boot/grub2");
  private static final String CONFIGURATION = "grub.cfg";
  private static final String CUSTOM = "custom.cfg";
  private static final int LARGEST_FILE = 1 << 20;

  private static final String BEGIN = "# container-snap adopt: begin\n";
  private static final String END = "# container-snap adopt: end\n";
  private static final Pattern BLOCK =
      Pattern.compile(Pattern.quote(BEGIN) + ".*?" + Pattern.quote(END), Pattern.DOTALL);

  /** The EFI system partition as a host's fstab(5) names it, if it does so by its UUID. */
  private static final Pattern ESP =
      Pattern.compile("(?m)^\\s*UUID=([0-9A-Fa-f]{4}-[0-9A-Fa-f]{4})\\s+/(?:boot/)?efi\\s");

  private static final TreeEntry READABLE_BY_ALL = TreeEntry.ofRoot(FileKind.FILE, 0644);

  /** Why the host's GRUB cannot be led to the menu; empty if it can. */
  Optional<String> obstacle() {
    Optional<Path> directory = directory();
    if (directory.isEmpty()) {
      return Optional.of(
          "its root has neither /boot/grub/grub.cfg nor /boot/grub2/grub.cfg; it is no GRUB, or one"
              + " with /boot on another filesystem");
    }
    if (btrfs.isReadOnly(root)) {
      return Optional.of("the root subvolume is read-only, and GRUB's custom.cfg lies in it");
    }
    Path configuration = directory.get().resolve(CONFIGURATION);
    if (!text(configuration).contains(CUSTOM)) {
      return Optional.of(
          "/%s does not read custom.cfg, as /etc/grub.d/41_custom makes it do"
              .formatted(root.relativize(configuration)));
    }
    Path custom = directory.get().resolve(CUSTOM);
    return files
        .look(custom)
        .filter(it -> it.kind() != FileKind.FILE || it.size() > LARGEST_FILE)
        .map(_ -> "/%s is not a file that can be changed".formatted(root.relativize(custom)));
  }

  /** No link is followed on the way: it could lead out of the host. */
  private Optional<Path> directory() {
    if (!files.isDirectory(root.resolve("boot"))) {
      return Optional.empty();
    }
    return DIRECTORIES.stream()
        .map(root::resolve)
        .filter(files::isDirectory)
        .filter(it -> files.readBytes(it.resolve(CONFIGURATION), LARGEST_FILE).isPresent())
        .findFirst();
  }

  private String text(Path file) {
    return files
        .readBytes(file, LARGEST_FILE)
        .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
        .orElse("");
  }

  /** Puts the hook in; what else is in the file stays. */
  void put() {
    directory().ifPresent(it -> replace(it, others(it) + block()));
  }

  /** Takes it out again, or what a crash left of it; a file that held nothing else goes. */
  void take() {
    Optional<Path> directory = directory();
    directory.ifPresent(it -> files.deleteTree(beside(it)));
    directory
        .filter(it -> text(it.resolve(CUSTOM)).contains(BEGIN))
        .ifPresent(it -> replace(it, others(it)));
  }

  private static Path beside(Path directory) {
    return directory.resolve(CUSTOM + ".container-snap");
  }

  private String others(Path directory) {
    String others = BLOCK.matcher(text(directory.resolve(CUSTOM))).replaceAll("");
    return others.isEmpty() || others.endsWith("\n") ? others : others + "\n";
  }

  /**
   * Renames between two commits, without fsync, as the menu itself is replaced: GRUB does not
   * replay the log tree. Crash before the first commit: the old file, and one beside it that the
   * next attempt removes. After it: the old file or the new one; either boots the host while there
   * is no menu.
   */
  private void replace(Path directory, String text) {
    Path custom = directory.resolve(CUSTOM);
    Path beside = beside(directory);
    files.deleteTree(beside);
    if (text.isEmpty()) {
      files.deleteTree(custom);
    } else {
      TreeEntry attributes = attributes(directory);
      files.write(beside, text.getBytes(StandardCharsets.ISO_8859_1));
      files.setAttributes(beside, attributes);
      btrfs.commit(directory);
      files.renameOver(beside, custom);
    }
    btrfs.commit(directory);
  }

  private TreeEntry attributes(Path directory) {
    return files
        .look(directory.resolve(CUSTOM))
        .map(it -> TreeEntry.ofRoot(FileKind.FILE, it.mode()))
        .orElse(READABLE_BY_ALL);
  }

  /** The menu's own search is by UUID too; its count of boots is on the EFI system partition. */
  private String block() {
    String menu = "($container_snap)/%s".formatted(layout.system().relativize(layout.bootMenu()));
    String esp =
        esp()
            .map("  search --no-floppy --fs-uuid --set=esp %s\n  export esp\n"::formatted)
            .orElse("");
    return BEGIN
        + """
        search --no-floppy --fs-uuid --set=container_snap %s
        if [ -f %s ]; then
        %s  configfile %s
        fi
        """
            .formatted(btrfs.filesystemId(layout.system()), menu, esp, menu)
        + END;
  }

  private Optional<String> esp() {
    return ESP.matcher(text(root.resolve("etc/fstab")))
        .results()
        .map(it -> it.group(1).toUpperCase(Locale.ROOT))
        .findFirst();
  }
}
