package io.github.containersnap.adapter;

import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.MenuInDoubtException;
import io.github.containersnap.engine.UnbootableDeploymentException;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A boot loader that follows the default subvolume of the btrfs, as openSUSE's GRUB does: it reads
 * its configuration, kernel and initrd out of whatever that is, and the kernel, told no subvolume,
 * mounts the same one as root. So the default subvolume is the only place that says which
 * deployment boots; what configuration is in a deployment is its image's affair.
 *
 * <p>The fallback, which btrfs has no place for, is in a file of the engine's own, together with
 * the menu of before. Of the menus in that file the one is in force whose default is the default
 * subvolume. This boot loader neither falls back by itself nor counts boots.
 */
public final class DefaultSubvolume implements Bootloader {
  /** Where GRUB looks for its configuration, relative to the default subvolume. */
  private static final List<String> CONFIGURATIONS =
      List.of("boot/grub2/grub.cfg", "boot/grub/grub.cfg");

  private static final int LARGEST_FILE = 256 * 1024;

  private final DeploymentLayout layout;
  private final SystemFiles files;
  private final Btrfs btrfs;

  /** The boot loader of the system laid out as {@code layout}. */
  public DefaultSubvolume(DeploymentLayout layout, SystemFiles files, Btrfs btrfs) {
    this.layout = layout;
    this.files = files;
    this.btrfs = btrfs;
  }

  /** Its file is there from then on, which tells this boot loader from others. */
  @Override
  public void initialize() {
    if (!files.exists(layout.menuRecord())) {
      files.replaceDurably(layout.menuRecord(), MenuRecord.NONE.text());
    }
  }

  @Override
  public Optional<BootMenu> menu() {
    List<BootMenu> recorded = recorded();
    String subvolume = btrfs.defaultSubvolume(layout.system());
    Optional<BootMenu> inForce =
        recorded.stream()
            .filter(menu -> subvolume.equals(path(menu.byDefault().deployment())))
            .findFirst();
    if (inForce.isEmpty() && !recorded.isEmpty()) {
      throw new DamagedStateException(
          layout.menuRecord(),
          "the default subvolume is /%s, which it does not name; something else has set it"
              .formatted(subvolume));
    }
    return inForce;
  }

  private static String path(DeploymentId id) {
    return DeploymentLayout.fromTopLevel(id);
  }

  private List<BootMenu> recorded() {
    return files
        .read(layout.menuRecord(), LARGEST_FILE)
        .map(text -> MenuRecord.read(layout.menuRecord(), text))
        .map(MenuRecord::menus)
        .orElse(List.of());
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    DeploymentId id = menu.byDefault().deployment();
    requireConfiguration(id);
    Stream<BootMenu> before = inForce().stream();
    files.replaceDurably(
        layout.menuRecord(),
        new MenuRecord(Stream.concat(Stream.of(menu), before).toList()).text());
    // Crash before this: old; the menu of before is in the file too, and its default is in force.
    String defaultBefore = btrfs.defaultSubvolume(layout.system());
    try {
      btrfs.setDefault(layout.deployment(id));
      // Crash before the commit: old, or new if the kernel happened to commit by itself. Setting
      // the default is atomic and not durable (DESIGN fact 2).
      btrfs.commit(layout.system());
    } catch (RuntimeException failure) {
      takeBack(defaultBefore, failure);
      throw failure;
    }
    // Crash from here on: new.
  }

  /**
   * A default that could not be made durable must not boot by chance (P13). The record names both
   * menus, so the old one is in force again. Crash in here: old, or new if the kernel happened to
   * commit by itself.
   *
   * @throws MenuInDoubtException if the disk refuses that too
   */
  private void takeBack(String before, RuntimeException failure) {
    try {
      btrfs.setDefault(layout.system().resolve(before));
      btrfs.commit(layout.system());
    } catch (RuntimeException again) {
      throw new MenuInDoubtException(failure, again);
    }
  }

  /** A menu that cannot be read is lost: it is being replaced. */
  private Optional<BootMenu> inForce() {
    try {
      return menu();
    } catch (DamagedStateException damaged) {
      return Optional.empty();
    }
  }

  /** Without it the boot loader would stop at its prompt, and there is nothing it falls back to. */
  private void requireConfiguration(DeploymentId id) {
    Path root = layout.deployment(id);
    if (CONFIGURATIONS.stream().map(root::resolve).noneMatch(files::exists)) {
      throw new UnbootableDeploymentException(
          id,
          List.of(
              "the boot loader follows the default subvolume, and looks there for its configuration"
                  + " (/"
                  + String.join(", /", CONFIGURATIONS)
                  + ")"));
    }
  }

  @Override
  public boolean countsBoots() {
    return false;
  }

  @Override
  public void removeLeftovers() {
    Path record = layout.menuRecord();
    files.deleteTree(record.resolveSibling(record.getFileName() + SystemFiles.UNFINISHED));
  }
}
