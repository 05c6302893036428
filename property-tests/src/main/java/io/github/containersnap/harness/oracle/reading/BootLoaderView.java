package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.updater.LoadedFileSink;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk as GRUB sees it: GRUB's own driver of its filesystem, through grub-fstest, which like GRUB
 * replays neither btrfs's log tree nor a journal.
 *
 * @param device a device, or a file, that begins with the filesystem
 */
public record BootLoaderView(Path device) {
  private static final String MENU = "@boot/boot.cfg";

  /** The boot menu's text, or nothing if GRUB finds none. */
  public Optional<String> menu() {
    return text(MENU);
  }

  /** The text of a file, from the top level, or nothing if GRUB cannot read it. */
  public Optional<String> text(String path) {
    CommandOutput output =
        ExternalCommand.of("grub-fstest", device, "cat", "/" + path).runAnyStatus();
    return output.succeeded() ? Optional.of(output.text()) : Optional.empty();
  }

  /** A file that GRUB loads, from the top level, or nothing if it cannot read it to its end. */
  Optional<BootContent.LoadedFile> file(String path) {
    try {
      return Optional.of(loaded(path));
    } catch (CommandFailedException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * A file as GRUB reads it.
   *
   * @param path from the top level
   * @throws CommandFailedException if GRUB cannot read it to its end
   */
  BootContent.LoadedFile loaded(String path) {
    LoadedFileSink read = new LoadedFileSink();
    ExternalCommand.of("grub-fstest", device, "cat", "/" + path).runInto(read);
    return read.file();
  }
}
