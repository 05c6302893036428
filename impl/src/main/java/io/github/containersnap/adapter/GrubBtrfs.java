package io.github.containersnap.adapter;

import io.github.containersnap.engine.BootEntry;
import io.github.containersnap.engine.BootFiles;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * GRUB reading its menu, kernels and initrds straight out of the system's btrfs.
 *
 * <p>The GRUB on the EFI system partition sources {@code @boot/boot.cfg}; an update never writes
 * that partition. The first menu entry is the default, the second the fallback. The file is the
 * only place that says which deployment boots.
 */
public final class GrubBtrfs implements Bootloader {
  private static final int LARGEST_MENU = 64 * 1024;
  private static final Pattern ENTRY =
      Pattern.compile("menuentry '([^']*)' --id ([0-9a-f]{64}(?:-work[0-9]+)?) \\{");
  private static final Pattern LINUX = Pattern.compile("  linux /(\\S+) .*");
  private static final Pattern INITRD = Pattern.compile("  initrd /(\\S+)");
  private static final Pattern VERSION = Pattern.compile("  # kernel (\\S+)");

  private final DeploymentLayout layout;
  private final SystemFiles files;
  private final Btrfs btrfs;

  /** The boot loader of the system laid out as {@code layout}. */
  public GrubBtrfs(DeploymentLayout layout, SystemFiles files, Btrfs btrfs) {
    this.layout = layout;
    this.files = files;
    this.btrfs = btrfs;
  }

  @Override
  public void initialize() {
    if (!files.exists(layout.boot())) {
      btrfs.createSubvolume(layout.boot());
    }
    spare().provide();
  }

  @Override
  public Optional<BootMenu> menu() {
    return files.read(layout.bootMenu(), LARGEST_MENU).map(this::read);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    Path beside = beside();
    String text = text(menu);
    files.deleteTree(beside);
    write(text, beside);
    // Crash before this commit: old; an unfinished boot.cfg.new at most, which recovery removes.
    btrfs.commit(layout.boot());
    // Now the new text is whole for the kernel and for GRUB. No fsync: it would show the rename to
    // the kernel, which replays the log tree, and not to GRUB, which does not (DESIGN fact 3).
    files.renameOver(beside, layout.bootMenu());
    // Crash before this commit: old, or new if the kernel happened to commit by itself.
    btrfs.commit(layout.boot());
    // Crash from here on: new.
    spare().provide();
  }

  /** A rollback must also work on a disk that has no byte free. */
  private void write(String text, Path beside) {
    if (spare().canTake(text)) {
      files.renameOver(spare().file(), beside);
      SpareFile.fill(beside, text);
    } else {
      files.write(beside, text);
    }
  }

  @Override
  public void removeLeftovers() {
    files.deleteTree(beside());
    spare().provide();
  }

  private SpareFile spare() {
    return new SpareFile(layout.bootMenu().resolveSibling("boot.cfg.spare"));
  }

  private Path beside() {
    return layout.bootMenu().resolveSibling("boot.cfg.new");
  }

  private String text(BootMenu menu) {
    String uuid = BtrfsProgs.filesystemUuid(layout.system());
    StringBuilder text =
        new StringBuilder(
            """
            # Written by container-snap. The first entry is the default, the second the fallback.
            set default=0
            set fallback=1
            set timeout=3
            """);
    text.append(entry(menu.byDefault(), uuid));
    menu.fallback().ifPresent(fallback -> text.append(entry(fallback, uuid)));
    return text.toString();
  }

  /**
   * Root is mounted {@code rw} though its subvolume is read-only: its /etc, a subvolume inside it,
   * is reached through the same mount and is writable.
   */
  private String entry(BootEntry entry, String uuid) {
    String root = DeploymentLayout.fromTopLevel(entry.deployment());
    return """
    menuentry '%s' --id %s {
      # kernel %s
      search --no-floppy --fs-uuid --set=root %s
      linux /%s/%s root=UUID=%s rootfstype=btrfs rootflags=subvol=%s rw \
    %s container-snap.deployment=%s console=tty0 console=ttyS0
      initrd /%s/%s
    }
    """
        .formatted(
            entry.title().replace("'", ""),
            entry.deployment(),
            entry.files().version(),
            uuid,
            root,
            entry.files().kernel(),
            uuid,
            root,
            mounts(entry.deployment(), uuid),
            entry.deployment(),
            root,
            entry.files().initrd());
  }

  /**
   * What systemd (254 and later) mounts besides the root, so that it depends neither on the image's
   * fstab nor on the machine's. A mount that fails would stop the boot, as would a link in its
   * place, so a shared directory is named only where both sides of it are there.
   */
  private String mounts(DeploymentId id, String uuid) {
    Stream<String> shared =
        DeploymentLayout.SHARED_DIRECTORIES.stream()
            .filter(name -> btrfs.isSubvolume(layout.shared(name)))
            .filter(name -> isDirectory(layout.deployment(id).resolve(name)));
    return Stream.concat(Stream.of("var"), shared)
        .map(name -> "systemd.mount-extra=UUID=%s:/%s:btrfs:subvol=@%s".formatted(uuid, name, name))
        .collect(Collectors.joining(" "));
  }

  private static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  private BootMenu read(String text) {
    List<BootEntry> entries = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher head = ENTRY.matcher(lines.get(i));
      if (lines.get(i).startsWith("menuentry") && !head.matches()) { // GRUB would count it
        throw new DamagedStateException(layout.bootMenu(), "an entry has an unknown form");
      }
      if (head.matches()) {
        int end = i;
        while (end < lines.size() && !lines.get(end).equals("}")) {
          end++;
        }
        if (end == lines.size()) { // GRUB would refuse the whole file
          throw new DamagedStateException(layout.bootMenu(), "its last entry is cut off");
        }
        entries.add(entry(head, lines.subList(i, end)));
      }
    }
    if (entries.isEmpty()) {
      throw new DamagedStateException(layout.bootMenu(), "it has no entry");
    }
    Optional<BootEntry> fallback =
        entries.size() > 1 ? Optional.of(entries.get(1)) : Optional.empty();
    return new BootMenu(entries.getFirst(), fallback);
  }

  private BootEntry entry(Matcher head, List<String> lines) {
    DeploymentId id =
        DeploymentId.read(head.group(2))
            .orElseThrow(
                () ->
                    new DamagedStateException(
                        layout.bootMenu(), head.group(2) + " is no deployment id"));
    String root = DeploymentLayout.fromTopLevel(id) + "/";
    BootFiles bootFiles =
        new BootFiles(
            first(VERSION, lines),
            within(root, first(LINUX, lines)),
            within(root, first(INITRD, lines)));
    return new BootEntry(id, bootFiles, head.group(1));
  }

  private String first(Pattern pattern, List<String> lines) {
    return lines.stream()
        .map(pattern::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst()
        .orElseThrow(
            () -> new DamagedStateException(layout.bootMenu(), "an entry lacks a line " + pattern));
  }

  private String within(String root, String path) {
    if (!path.startsWith(root)) {
      throw new DamagedStateException(
          layout.bootMenu(), "%s is not below the entry's own deployment".formatted(path));
    }
    return path.substring(root.length());
  }
}
