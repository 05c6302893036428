package io.github.containersnap.adapter.podman;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.proof.ProofRecords;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The directory of the proof's records. They are a cache, so a failure to keep one, such as on a
 * full disk, is not an error.
 */
final class ProofCache implements ProofRecords.Files {
  private final SystemFiles files;
  private final Path directory;

  ProofCache(SystemFiles files, Path directory) {
    this.files = files;
    this.directory = directory;
  }

  @Override
  public Optional<String> read(String name, int limit) {
    try {
      return files.read(directory.resolve(name), limit);
    } catch (UncheckedIOException | DamagedStateException e) {
      return Optional.empty();
    }
  }

  @Override
  public void replace(String name, String text) {
    try {
      files.createDirectories(directory);
      files.deleteTree(directory.resolve(name));
      files.write(directory.resolve(name), text);
    } catch (UncheckedIOException e) {
      delete(name); // a part of it would only take room on a disk that is perhaps full
    }
  }

  @Override
  public List<String> names() {
    try {
      return files.names(directory);
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  @Override
  public void delete(String name) {
    try {
      files.deleteTree(directory.resolve(name));
    } catch (UncheckedIOException e) {
      // What is left is still checked before it is believed.
    }
  }
}
