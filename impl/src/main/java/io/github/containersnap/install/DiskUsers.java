package io.github.containersnap.install;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who uses a disk, in words. The kernel decides whether a disk is free ({@link ExclusiveDisk}): a
 * member of a btrfs of several disks, or a mount in a namespace that is not seen here, shows in
 * none of these lists. But the kernel does not say who it is.
 */
final class DiskUsers {
  private static final Path SWAPS = Path.of("/proc/swaps");

  private DiskUsers() {}

  /** How a device or one of its partitions is used, as far as can be seen. */
  static Optional<String> of(BlockDevice disk) {
    List<MountInfo> mounts = mounts();
    Set<Path> swaps = swaps();
    return disk.withPartitions().stream()
        .flatMap(
            device ->
                mounted(device, mounts)
                    .or(() -> swap(device, swaps))
                    .or(() -> held(device))
                    .or(() -> loop(device))
                    .stream())
        .findFirst();
  }

  /** How a file is used, as far as can be seen. */
  static Optional<String> of(Path file) {
    CommandOutput loops =
        ExternalCommand.of("losetup", "--noheadings", "--output", "NAME", "--associated", file)
            .run();
    if (!loops.text().isEmpty()) {
      return Optional.of(
          "it is attached to %s".formatted(String.join(", ", loops.lines()).strip()));
    }
    return swaps().contains(file) ? Optional.of("it is swap space") : Optional.empty();
  }

  private static Optional<String> mounted(BlockDevice device, List<MountInfo> mounts) {
    return mounts.stream()
        .filter(
            mount ->
                mount.filesystem().equals(device.number())
                    || isNodeOf(device, Path.of(mount.source())))
        .findFirst()
        .map(mount -> "%s is mounted on %s".formatted(device.node(), mount.at()));
  }

  /** btrfs has numbers of its own, so its device is known by its name alone, or by another one. */
  private static boolean isNodeOf(BlockDevice device, Path source) {
    return source.startsWith("/dev")
        && (source.equals(device.node())
            || BlockDevice.of(source)
                .filter(one -> one.number().equals(device.number()))
                .isPresent());
  }

  private static Optional<String> swap(BlockDevice device, Set<Path> swaps) {
    return swaps.contains(device.node())
        ? Optional.of("%s is swap space".formatted(device.node()))
        : Optional.empty();
  }

  private static Optional<String> held(BlockDevice device) {
    List<String> holders = device.holders();
    return holders.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s is part of %s (LVM, RAID or encryption)"
                .formatted(device.node(), String.join(", ", holders)));
  }

  private static Optional<String> loop(BlockDevice device) {
    return BlockDevice.loops().stream()
        .filter(loop -> Path.of(loop.file()).equals(device.node()))
        .findFirst()
        .map(loop -> "%s is attached to /dev/%s".formatted(device.node(), loop.name()));
  }

  /** Those of the system too, whatever mount namespace this process is in. */
  private static List<MountInfo> mounts() {
    List<MountInfo> mounts = new ArrayList<>(MountTable.own().mounts());
    mounts.addAll(MountTable.ofFirstProcess().mounts());
    return mounts;
  }

  private static Set<Path> swaps() {
    Set<Path> swaps = new TreeSet<>();
    try {
      Files.readAllLines(SWAPS, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.split("[ \t]", 2)[0].replace("\\040", " "))
          .filter(name -> name.startsWith("/"))
          .forEach(name -> swaps.add(Path.of(name)));
      return swaps;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + SWAPS, e);
    }
  }
}
