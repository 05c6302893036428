package io.github.containersnap.loopback.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A loop device that is bound to a file, as /sys/block/loopN/loop shows it. (losetup's own listing
 * reads the same files; this reads them without starting a program.)
 *
 * @param device the device node, such as /dev/loop3
 * @param file the backing file, without the kernel's remark that it is deleted
 * @param offset where in the file the device begins, in bytes
 */
record LoopBinding(Path device, Path file, long offset) {
  private static final Path BLOCK_DEVICES = Path.of("/sys/block");
  private static final String DELETED = " (deleted)";

  /** Every bound loop device of this machine. */
  static List<LoopBinding> all() {
    List<LoopBinding> bindings = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(BLOCK_DEVICES, "loop*")) {
      loops.forEach(loop -> read(loop).ifPresent(bindings::add));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + BLOCK_DEVICES, e);
    }
    return bindings;
  }

  /** What the device is bound to; empty if to nothing. */
  static Optional<LoopBinding> of(Path device) {
    return read(BLOCK_DEVICES.resolve(device.getFileName()));
  }

  /** The bound loop devices whose backing file lies at or below the path. */
  static List<LoopBinding> below(Path path) {
    return all().stream().filter(binding -> binding.file().startsWith(path)).toList();
  }

  /**
   * The number that the kernel gave this binding and gives no other until the machine is booted
   * again (/sys/block/loopN/diskseq, Documentation/ABI/testing/sysfs-block); empty if the device is
   * gone.
   */
  Optional<String> sequence() {
    try {
      return Optional.of(
          Files.readString(BLOCK_DEVICES.resolve(device.getFileName()).resolve("diskseq")).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static Optional<LoopBinding> read(Path loop) {
    try {
      String file = withoutLineEnd(Files.readString(loop.resolve("loop/backing_file")));
      long offset = Long.parseLong(Files.readString(loop.resolve("loop/offset")).strip());
      String existing =
          file.endsWith(DELETED) ? file.substring(0, file.length() - DELETED.length()) : file;
      Path device = Path.of("/dev").resolve(loop.getFileName().toString());
      return Optional.of(new LoopBinding(device, Path.of(existing), offset));
    } catch (IOException _) {
      return Optional.empty(); // not bound, or unbound while we looked
    }
  }

  private static String withoutLineEnd(String text) {
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
