package io.github.containersnap.loopback.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Notes of loop devices that could not be told to be this run's once it is dead: the kernel shows
 * the backing file of a loop device over a mount as {@code /} when the last mount namespace with
 * that mount is gone, and asks a FUSE export that has lost its daemon in vain.
 *
 * @param directory where the notes lie, a file for each
 */
record LoopDeviceNotes(Path directory) {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** Remembers this binding, and no later one of the same device. */
  void note(LoopBinding binding) {
    try {
      Files.createDirectories(directory);
      Files.writeString(directory.resolve(binding.device().getFileName()), line(binding));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot note the loop device " + binding.device(), e);
    }
  }

  /** Those of the noted bindings that still exist. */
  List<LoopBinding> existing() {
    Set<String> notes = read();
    return notes.isEmpty()
        ? List.of()
        : LoopBinding.all().stream().filter(binding -> notes.contains(line(binding))).toList();
  }

  private Set<String> read() {
    Set<String> notes = new HashSet<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        notes.add(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    } catch (IOException _) {
      return notes; // the run recorded nothing, or its tree is deleted
    }
    return notes;
  }

  /** With the boot, since the kernel counts bindings from its own. */
  private static String line(LoopBinding binding) {
    Optional<String> sequence = binding.sequence();
    return "%s %s %s\n".formatted(bootId(), binding.device(), sequence.orElse("unknown"));
  }

  private static String bootId() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + BOOT_ID, e);
    }
  }
}
