package io.github.containersnap.loopback.disk;

import io.github.containersnap.command.ExternalCommand;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A filesystem that the disk of an experiment can have. container-snap works on btrfs; the others
 * are for updaters that it is compared with.
 */
public enum Filesystem {
  /** btrfs: boot loaders read its last commit, the kernel also replays its log tree. */
  BTRFS(
      "noatime,subvolid=5",
      "ro,rescue=nologreplay,subvolid=5",
      List.of("mkfs.btrfs", "--quiet", "--label", "SYSTEM", "--uuid"),
      "btrfs-progs",
      List.of("btrfs", "check", "--readonly", "--force")),
  /**
   * ext4 with the defaults of mkfs.ext4: boot loaders ignore its journal, the kernel replays it.
   * The inode tables and the journal are written at once: otherwise the kernel writes them behind
   * the back of the experiment.
   */
  EXT4(
      "noatime",
      "ro,noload",
      List.of(
          "mkfs.ext4",
          "-q",
          "-F",
          "-L",
          "SYSTEM",
          "-E",
          "lazy_itable_init=0,lazy_journal_init=0",
          "-U"),
      "e2fsprogs",
      List.of("e2fsck", "-f", "-n")),
  /**
   * xfs: as ext4, with the log for a journal. Copies of one filesystem are mounted side by side, so
   * the kernel must not compare their UUIDs.
   */
  XFS(
      "noatime,nouuid",
      "ro,norecovery,nouuid",
      List.of("mkfs.xfs", "-q", "-f", "-L", "SYSTEM", "-m"),
      "xfsprogs",
      List.of("xfs_repair", "-n"));

  private final String mountOptions;
  private final String lastCommitOptions;
  private final List<String> maker;
  private final String packageName;
  private final List<String> check;

  Filesystem(
      String mountOptions,
      String lastCommitOptions,
      List<String> maker,
      String packageName,
      List<String> check) {
    this.mountOptions = mountOptions;
    this.lastCommitOptions = lastCommitOptions;
    this.maker = maker;
    this.packageName = packageName;
    this.check = check;
  }

  /** The filesystem of this name, such as {@code ext4}. */
  public static Optional<Filesystem> named(String name) {
    return Arrays.stream(values()).filter(each -> each.type().equals(name)).findFirst();
  }

  /** Its name: mount(8)'s type, and what options and files call it. */
  public String type() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it has subvolumes, and what the readers of its trees understand. */
  public boolean isBtrfs() {
    return this == BTRFS;
  }

  /** How the top level is mounted for an updater to work on. */
  public String mountOptions() {
    return mountOptions;
  }

  /** How it is mounted read-only as boot loaders see it, without the replay of log or journal. */
  public String lastCommitOptions() {
    return lastCommitOptions;
  }

  /** The program that makes one. */
  public String makerProgram() {
    return maker.getFirst();
  }

  /** Debian's package with that program. */
  public String packageName() {
    return packageName;
  }

  /** A command that only looks at an unmounted one for damage; its exit status says. */
  public ExternalCommand check(Path device) {
    return ExternalCommand.of(check.getFirst())
        .with(check.subList(1, check.size()).toArray())
        .with(device);
  }

  /** Makes one on a device; what it held before is lost. */
  void make(Path device, UUID uuid) {
    String identity = this == XFS ? "uuid=" + uuid : uuid.toString();
    ExternalCommand.of(maker.getFirst())
        .with(maker.subList(1, maker.size()).toArray())
        .with(identity, device)
        .run();
  }
}
