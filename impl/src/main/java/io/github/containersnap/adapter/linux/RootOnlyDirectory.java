package io.github.containersnap.adapter.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Directories that only root may enter, whatever the umask. Behind them lie the deployments: old
 * ones too, with set-user-ID programs whose holes are known by now.
 */
public final class RootOnlyDirectory {
  private RootOnlyDirectory() {}

  /** Makes {@code directory}, if it is not there; those above it get ordinary permissions. */
  public static void make(Path directory) {
    try {
      Optional<Path> parent = Optional.ofNullable(directory.getParent());
      if (parent.isPresent()) {
        Files.createDirectories(parent.get());
      }
      Files.createDirectory(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(directory)) {
        throw new UncheckedIOException(directory + " is in the way: it is not a directory", e);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + directory + ": " + e.getMessage(), e);
    }
  }
}
