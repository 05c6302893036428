package io.github.containersnap.harness.boots;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.PlainDebianHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Makes the disk of a Debian that runs from an ordinary subvolume and boots by its own GRUB, as
 * Debian's installer leaves it, with its owner's changes.
 */
final class PlainDebianDisk {
  /** The subvolume that Debian's installer makes. */
  static final String ROOT = "@rootfs";

  private static final List<String> OF_A_DISK_FOR_DEPLOYMENTS = List.of("@boot", "@var", "@home");
  private static final String GRUB = "BOOTX64.EFI";

  private final MachineRoom room;
  private final PlainDebianHost host;
  private final SystemDisk disk;

  private PlainDebianDisk(MachineRoom room, PlainDebianHost host, long bytes) {
    this.room = room;
    this.host = host;
    this.disk = SystemDisk.create(room.newDisk(), bytes);
  }

  static SystemDisk make(MachineRoom room, PlainDebianHost host, long bytes) {
    PlainDebianDisk plain = new PlainDebianDisk(room, host, bytes);
    room.on(plain.disk, plain::layOut);
    plain.bootByGrub();
    return plain.disk;
  }

  /** Nothing that container-snap makes is left, not even the filesystem's label. */
  private Path layOut(Path top) {
    OF_A_DISK_FOR_DEPLOYMENTS.forEach(name -> btrfs("delete", top.resolve(name)));
    ExternalCommand.of("btrfs", "filesystem", "label", top, "").run();
    Path root = top.resolve(ROOT);
    btrfs("create", root);
    host.layOut(root);
    try {
      TestTree tree = new TestTree(root);
      tree.write(
          "etc/fstab",
          """
          # <file system> <mount point> <type> <options> <dump> <pass>
          UUID=%s / btrfs defaults,subvol=%s 0 0
          UUID=%s /boot/efi vfat umask=0077 0 1
          """
              .formatted(disk.filesystemUuid(), ROOT, espUuid()));
      tree.write("etc/owner.conf", "kept\n");
      tree.write("var/owner-data", "kept too\n");
      tree.write("home/anna/letter", "Dear\n");
      tree.write("root/of-root", "mine\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out a plain Debian", e);
    }
    return root;
  }

  private static void btrfs(String verb, Path subvolume) {
    ExternalCommand.of("btrfs", "subvolume", verb, subvolume).run();
  }

  private String espUuid() {
    return ExternalCommand.of("blkid", "--probe", "--output", "value", "--match-tag", "UUID")
        .with("--offset", disk.espOffset(), "--size", disk.espSize(), disk.image())
        .run()
        .text()
        .toUpperCase(Locale.ROOT);
  }

  private void bootByGrub() {
    Path work = room.workspace().file(room.workspace().uniqueName("plain-debian"));
    try {
      Files.createDirectory(work);
      try (LoopDevice system = disk.attachSystem()) {
        PlainDebianHost.bootByGrub(system.device(), ROOT, disk.filesystemUuid().toString(), work);
      }
      Path program = work.resolve(GRUB);
      room.on(disk, top -> move(top.resolve(ROOT).resolve("boot/grub").resolve(GRUB), program));
      onEsp("mdeltree", "::/EFI");
      onEsp("mmd", "::/EFI", "::/EFI/BOOT");
      onEsp("mcopy", program, "::/EFI/BOOT");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a plain Debian boot", e);
    }
  }

  private static Path move(Path from, Path to) {
    try {
      return Files.move(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void onEsp(String program, Object... arguments) {
    ExternalCommand.of(program, "-i", disk.image() + "@@" + disk.espOffset())
        .with(arguments)
        .withEnvironment("MTOOLS_SKIP_CHECK", "1")
        .run();
  }
}
