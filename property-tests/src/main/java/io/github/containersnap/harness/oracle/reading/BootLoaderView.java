package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A disk as GRUB sees it: GRUB's own btrfs driver, through grub-fstest, which like GRUB does not
 * replay the log tree.
 *
 * @param device a device, or a file, that begins with the btrfs
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

  /**
   * SHA-256 of a file as GRUB reads it.
   *
   * @param path from the top level
   * @throws CommandFailedException if GRUB cannot read it
   */
  String digest(String path) {
    MessageDigest digest = Sha256.digest();
    ExternalCommand.of("grub-fstest", device, "cat", "/" + path)
        .runInto(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
    return HexFormat.of().formatHex(digest.digest());
  }
}
