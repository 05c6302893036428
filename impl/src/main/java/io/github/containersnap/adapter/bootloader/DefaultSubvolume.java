package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.MenuInDoubtException;
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
      files.replaceDurably(layout.menuRecord(), DefaultSubvolumeMenu.NONE.text());
    }
  }

  @Override
  public Optional<BootMenu> menu() {
    DefaultSubvolumeMenu record = record();
    String subvolume = btrfs.defaultSubvolume(layout.system());
    Optional<BootMenu> inForce =
        record.menus().stream()
            .filter(menu -> subvolume.equals(path(menu.byDefault().deployment())))
            .findFirst();
    boolean first = record.before().filter(subvolume::equals).isPresent();
    if (inForce.isEmpty() && !record.menus().isEmpty() && !first) {
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

  private DefaultSubvolumeMenu record() {
    return files
        .read(layout.menuRecord(), LARGEST_FILE)
        .map(text -> DefaultSubvolumeMenu.read(layout.menuRecord(), text))
        .orElse(DefaultSubvolumeMenu.NONE);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    DeploymentId id = menu.byDefault().deployment();
    requireConfiguration(id);
    String defaultBefore = btrfs.defaultSubvolume(layout.system());
    List<BootMenu> menus = Stream.concat(Stream.of(menu), inForce().stream()).toList();
    Optional<String> host = hostBefore(menu, defaultBefore);
    files.replaceDurably(layout.menuRecord(), new DefaultSubvolumeMenu(menus, host).text());
    // Crash before this: old; what was in force before is in the file too, and still is.
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
    forgetHost();
  }

  /**
   * The default subvolume of a host that has no menu yet: until the first one is in force, that is
   * no sign of damage.
   */
  private Optional<String> hostBefore(BootMenu next, String defaultBefore) {
    boolean isDeployment = defaultBefore.equals(path(next.byDefault().deployment()));
    return !isDeployment && isWithoutMenu() ? Optional.of(defaultBefore) : Optional.empty();
  }

  private boolean isWithoutMenu() {
    try {
      return menu().isEmpty();
    } catch (DamagedStateException damaged) {
      return false;
    }
  }

  /**
   * From now on a default that the record does not name was set by something else. The new menu is
   * durable: to report a failure of this would deny that. Recovery does it then.
   */
  private void forgetHost() {
    try {
      DefaultSubvolumeMenu record = record();
      if (record.before().isPresent() && menu().isPresent()) {
        files.replaceDurably(
            layout.menuRecord(), new DefaultSubvolumeMenu(record.menus(), Optional.empty()).text());
      }
    } catch (RuntimeException undone) {
      return; // each recovery tries again
    }
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

  /** It follows the configuration in the deployment, which the image or the host's tools write. */
  @Override
  public boolean passesArguments() {
    return false;
  }

  @Override
  public void removeLeftovers() {
    files.deleteTree(SystemFiles.unfinished(layout.menuRecord()));
    forgetHost();
  }

  /** The host must be what the boot loader follows the default subvolume to. */
  @Override
  public Optional<String> obstacle(String subvolume) {
    String followed = btrfs.defaultSubvolume(layout.system());
    if (!followed.equals(subvolume)) {
      return Optional.of(
          "the default subvolume is /%s, and not the root, /%s".formatted(followed, subvolume));
    }
    return files.exists(layout.system().resolve(subvolume).resolve(CONFIGURATIONS.getFirst()))
        ? Optional.empty()
        : Optional.of(
            "only openSUSE's GRUB follows the default subvolume, and there is no /"
                + CONFIGURATIONS.getFirst());
  }
}
