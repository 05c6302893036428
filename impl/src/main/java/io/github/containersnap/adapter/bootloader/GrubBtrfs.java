package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.MenuInDoubtException;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * GRUB reading its menu, kernels and initrds straight out of the system's btrfs.
 *
 * <p>The GRUB on the EFI system partition sources {@code @boot/boot.cfg}; an update never writes
 * that partition. The first menu entry is the default, the second the fallback. The file is the
 * only place that says which deployment boots. P3 (one truth) holds because {@code @boot} is a
 * subvolume of its own in which nothing is ever synced: the log tree, which the kernel replays and
 * GRUB does not, holds nothing of it.
 */
public final class GrubBtrfs implements Bootloader {
  private static final int LARGEST_MENU = 64 * 1024;
  private static final Set<String> OWN_FILES =
      Set.of("boot.cfg", "boot.cfg.new", "boot.cfg.old", "boot.cfg.spare");
  private static final int LARGEST_FSTAB = 256 * 1024;

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
    return files
        .read(layout.bootMenu(), LARGEST_MENU)
        .map(new GrubMenuReader(layout.bootMenu())::read);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    Path beside = beside();
    String uuid = btrfs.filesystemId(layout.system());
    String text = new GrubMenuWriter(uuid, id -> mounts(id, uuid)).text(menu);
    files.deleteTree(beside);
    files.deleteTree(kept());
    write(text, beside);
    boolean replaces = files.exists(layout.bootMenu());
    if (replaces) {
      files.link(layout.bootMenu(), kept());
    }
    // First commit, of the new text. Crash before it: old; an unfinished boot.cfg.new at most,
    // which recovery removes.
    btrfs.commit(layout.boot());
    // Now the new text is whole for the kernel and for GRUB. No fsync: it would show the rename to
    // the kernel, which replays the log tree, and not to GRUB, which does not (DESIGN fact 3).
    try {
      files.renameOver(beside, layout.bootMenu());
      // Second commit, of the rename: the commit point. Crash before it: old, or new if the kernel
      // happened to commit by itself.
      btrfs.commit(layout.boot());
    } catch (RuntimeException failure) {
      takeBack(replaces, failure);
      throw failure;
    }
    // Crash from here on: new.
    clearUp();
  }

  /**
   * A menu that could not be made durable must not boot by chance (P13). Crash in here: old, or new
   * if the kernel happened to commit by itself; no command has reported either.
   *
   * @throws MenuInDoubtException if the disk refuses that too
   */
  private void takeBack(boolean replaced, RuntimeException failure) {
    try {
      if (replaced) {
        files.renameOver(kept(), layout.bootMenu());
      } else {
        files.deleteTree(layout.bootMenu());
      }
      btrfs.commit(layout.boot());
    } catch (RuntimeException again) {
      throw new MenuInDoubtException(failure, again);
    }
  }

  /** The new menu is durable: to report a failure of this would deny that. */
  private void clearUp() {
    try {
      removeLeftovers();
    } catch (RuntimeException undone) {
      return; // each command begins by doing this again, and fails if it cannot
    }
  }

  /** A rollback must also work on a disk that has no byte free. */
  private void write(String text, Path beside) {
    if (spare().canTake(text)) {
      files.renameOver(spare().file(), beside);
      files.fill(beside, text);
    } else {
      files.write(beside, text);
    }
  }

  @Override
  public boolean countsBoots() {
    return true;
  }

  /** A {@code @boot} that something else uses is one, too. */
  @Override
  public Optional<String> obstacle(String subvolume) {
    boolean otherBoot =
        files.exists(layout.boot())
            && !(btrfs.isSubvolume(layout.boot())
                && OWN_FILES.containsAll(files.names(layout.boot())));
    return otherBoot
        ? Optional.of("/@boot, where the menu would lie, is in use by something else")
        : hook(subvolume).obstacle();
  }

  @Override
  public void follow(String subvolume) {
    hook(subvolume).put();
  }

  @Override
  public void unfollow(String subvolume) {
    hook(subvolume).take();
  }

  private GrubHook hook(String subvolume) {
    return new GrubHook(layout, files, btrfs, layout.system().resolve(subvolume));
  }

  @Override
  public void removeLeftovers() {
    files.deleteTree(beside());
    files.deleteTree(kept());
    spare().provide();
  }

  private PreallocatedFile spare() {
    return new PreallocatedFile(files, layout.bootMenu().resolveSibling("boot.cfg.spare"));
  }

  private Path beside() {
    return layout.bootMenu().resolveSibling("boot.cfg.new");
  }

  /** A second name of the menu of before, to take a change back without any room. */
  private Path kept() {
    return layout.bootMenu().resolveSibling("boot.cfg.old");
  }

  /**
   * What systemd (254 and later) mounts besides the root, so that it depends neither on the image's
   * fstab nor on the machine's; what the deployment's own fstab mounts is left to that, since
   * systemd refuses to be told twice. A mount that fails would stop the boot, as would a link in
   * its place, so a shared directory is named only where both sides of it are there.
   */
  private String mounts(DeploymentId id, String uuid) {
    Stream<String> shared =
        DeploymentLayout.SHARED_DIRECTORIES.stream()
            .filter(name -> btrfs.isSubvolume(layout.shared(name)))
            .filter(name -> files.isDirectory(layout.deployment(id).resolve(name)));
    Fstab fstab = fstab(layout.deployment(id).resolve("etc"));
    return Stream.concat(Stream.of("var"), shared)
        .filter(name -> !fstab.mounts("/" + name))
        .map(name -> "systemd.mount-extra=UUID=%s:/%s:btrfs:subvol=@%s".formatted(uuid, name, name))
        .collect(Collectors.joining(" "));
  }

  /** One that is missing mounts nothing. No link is followed: it could lead to a host's file. */
  private Fstab fstab(Path etc) {
    return Optional.of(etc)
        .filter(files::isDirectory)
        .flatMap(directory -> files.readBytes(directory.resolve("fstab"), LARGEST_FSTAB))
        .map(bytes -> Fstab.of(new String(bytes, StandardCharsets.UTF_8)))
        .orElse(new Fstab(List.of()));
  }
}
