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
      "noatime,subvolid=5,nobarrier",
      "ro,rescue=nologreplay,subvolid=5",
      "mkfs.btrfs --quiet --label SYSTEM --uuid",
      "btrfs-progs",
      "btrfs check --readonly --force"),
  /**
   * ext4 with the defaults of mkfs.ext4: boot loaders ignore its journal, the kernel replays it.
   * The inode tables and the journal are written at once: otherwise the kernel writes them behind
   * the back of the experiment.
   */
  EXT4(
      "noatime",
      "noatime,nobarrier",
      "ro,noload",
      "mkfs.ext4 -q -F -L SYSTEM -E lazy_itable_init=0,lazy_journal_init=0 -U",
      "e2fsprogs",
      "e2fsck -f -n"),
  /**
   * xfs: as ext4, with the log for a journal. Copies of one filesystem are mounted side by side, so
   * the kernel must not compare their UUIDs.
   */
  XFS(
      "noatime,nouuid",
      "noatime,nouuid",
      "ro,norecovery,nouuid",
      "mkfs.xfs -q -f -L SYSTEM -m",
      "xfsprogs",
      "xfs_repair -n");

  private final String mountOptions;
  private final String unflushedOptions;
  private final String lastCommitOptions;
  private final String maker;
  private final String packageName;
  private final String check;

  Filesystem(
      String mountOptions,
      String unflushedOptions,
      String lastCommitOptions,
      String maker,
      String packageName,
      String check) {
    this.mountOptions = mountOptions;
    this.unflushedOptions = unflushedOptions;
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

  /**
   * The same for a copy of which no power cut is made: the kernel does not have the device flush
   * its cache, if the filesystem can do without.
   */
  public String unflushedOptions() {
    return unflushedOptions;
  }

  /** How it is mounted read-only as boot loaders see it, without the replay of log or journal. */
  public String lastCommitOptions() {
    return lastCommitOptions;
  }

  /** The program that makes one. */
  public String makerProgram() {
    return words(maker).getFirst();
  }

  /** Debian's package with that program. */
  public String packageName() {
    return packageName;
  }

  /** A command that only looks at an unmounted one for damage; its exit status says. */
  public ExternalCommand check(Path device) {
    return command(check).with(device);
  }

  /** Makes one on a device; what it held before is lost. */
  void make(Path device, UUID uuid) {
    String identity = this == XFS ? "uuid=" + uuid : uuid.toString();
    command(maker).with(identity, device).run();
  }

  private static ExternalCommand command(String line) {
    List<String> words = words(line);
    return ExternalCommand.of(words.getFirst()).with(words.subList(1, words.size()).toArray());
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }
}
