package io.github.containersnap.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A block device as /sys describes it (Documentation/ABI/stable/sysfs-block), found by its number
 * and not by its name.
 *
 * @param node its node in /dev, without symbolic links
 * @param directory its directory in /sys
 */
public record BlockDevice(Path node, Path directory) {
  private static final int TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final long SECTOR = 512; // /sys counts in these, whatever the device has

  /** The device that {@code node} stands for; empty if it is not there or no block device. */
  public static Optional<BlockDevice> of(Path node) {
    if (!Files.exists(node)) {
      return Optional.empty();
    }
    try {
      if (((int) Files.getAttribute(node, "unix:mode") & TYPE_MASK) != BLOCK_DEVICE) {
        return Optional.empty();
      }
      String number = number((long) Files.getAttribute(node, "unix:rdev"));
      Path directory = Path.of("/sys/dev/block", number).toRealPath();
      return Optional.of(new BlockDevice(node.toRealPath(), directory));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + node + ": " + e.getMessage(), e);
    }
  }

  /** As makedev(3) of the GNU C library puts them together. */
  private static String number(long device) {
    long major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfffL);
    long minor = (device & 0xff) | (device >> 12 & ~0xffL);
    return major + ":" + minor;
  }

  /** The kernel's name, such as {@code sda}. */
  String name() {
    return directory.getFileName().toString();
  }

  /** {@code MAJOR:MINOR}. */
  String number() {
    return text("dev").orElse("");
  }

  long sizeBytes() {
    return Long.parseLong(text("size").orElse("0")) * SECTOR;
  }

  /** The size of a logical sector. */
  int sectorBytes() {
    return Integer.parseInt(text("queue/logical_block_size").orElse("512"));
  }

  boolean isReadOnly() {
    return text("ro").equals(Optional.of("1"));
  }

  /** Whether it can be taken out of the machine, as a USB stick. */
  boolean isRemovable() {
    return text("removable").equals(Optional.of("1"));
  }

  /** Whether it is a loop device. */
  public boolean isLoop() {
    return Files.exists(directory.resolve("loop"));
  }

  /** Who made it, as far as it says. */
  Optional<String> model() {
    return text("device/model").filter(model -> !model.isBlank());
  }

  /** The name of the disk that this is a partition of. */
  public Optional<String> whole() {
    return Files.exists(directory.resolve("partition"))
        ? Optional.of(directory.resolve("..").normalize().getFileName().toString())
        : Optional.empty();
  }

  /** This device and its partitions. */
  List<BlockDevice> withPartitions() {
    List<BlockDevice> all = new ArrayList<>(List.of(this));
    for (String child : names(directory)) {
      if (Files.exists(directory.resolve(child).resolve("partition"))) {
        all.add(new BlockDevice(Path.of("/dev", child), directory.resolve(child)));
      }
    }
    return all;
  }

  /** The names of the devices that are built on this one: LVM, RAID, encryption. */
  List<String> holders() {
    return names(directory.resolve("holders"));
  }

  /**
   * A loop device.
   *
   * @param name the kernel's name
   * @param file what it shows, a file or a device
   */
  record Loop(String name, String file) {}

  /** Those of this machine that show something. */
  static List<Loop> loops() {
    Path all = Path.of("/sys/block");
    return names(all).stream()
        .map(name -> new Loop(name, text(all.resolve(name).resolve("loop/backing_file"))))
        .filter(loop -> !loop.file().isEmpty())
        .toList();
  }

  private static List<String> names(Path directory) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      children.forEach(child -> names.add(child.getFileName().toString()));
    } catch (IOException _) {
      return List.of(); // there are none
    }
    names.sort(null);
    return names;
  }

  private Optional<String> text(String file) {
    return Optional.of(text(directory.resolve(file))).filter(text -> !text.isEmpty());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return ""; // this kind of device has no such file
    }
  }
}
