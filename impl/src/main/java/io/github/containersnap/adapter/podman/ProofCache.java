package io.github.containersnap.adapter.podman;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.proof.ProofRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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
  public Optional<byte[]> read(String name, int limit) {
    try {
      return files.readBytes(directory.resolve(name), limit);
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void replace(String name, ProofRecords.Content content) {
    Path file = directory.resolve(name);
    try {
      files.createDirectories(directory);
      files.deleteTree(file);
      write(file, content);
    } catch (IOException | UncheckedIOException e) {
      delete(name); // a part of it would only take room on a disk that is perhaps full
    }
  }

  /** As it comes: a record can be larger than what this process would like to have in memory. */
  private static void write(Path file, ProofRecords.Content content) throws IOException {
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      content.writeTo(out);
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
