package io.github.containersnap.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The file mode creation mask of this process, umask(2), which the programs that it starts inherit.
 */
public final class FileModeMask {
  /** Others may read and enter, and not write: as a system is laid out. */
  public static final int USUAL = 022;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String FIELD = "Umask:";
  private static final int OCTAL = 8;

  private FileModeMask() {}

  /**
   * Sets the usual mask, whatever the caller had: what is made for a whole system must be open to
   * its services. Files that are nobody else's are made with explicit modes.
   */
  public static void setUsual() {
    // To ask is cheap, to call into the C library takes tens of milliseconds at the start.
    if (!current().equals(Optional.of(USUAL))) {
      var _ = set(USUAL);
    }
  }

  /** The mask that is in force; empty where the kernel does not tell (Linux before 4.7). */
  static Optional<Integer> current() {
    try {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith(FIELD))
          .map(line -> Integer.parseInt(line.substring(FIELD.length()).strip(), OCTAL))
          .findFirst();
    } catch (IOException noProc) {
      return Optional.empty();
    }
  }

  /** Sets the mask. Returns the one before. */
  static int set(int mask) {
    try (Arena arena = Arena.ofConfined()) {
      // mode_t umask(mode_t mask)
      return CFunction.named("umask").callInt(CFunction.newState(arena), mask, 0, 0, 0, 0);
    }
  }
}
