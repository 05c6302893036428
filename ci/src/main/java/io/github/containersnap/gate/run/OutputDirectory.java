package io.github.containersnap.gate.run;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that a person named for the gate to write to.
 *
 * @param option by which they named it
 * @param path where it is
 */
public record OutputDirectory(String option, Path path) {

  /**
   * Makes it and tries to write to it, before work is done whose result would then be lost.
   *
   * @throws UnusableInputException if it cannot be written to
   */
  public void requireWritable() {
    try {
      Files.createDirectories(path);
      Files.delete(Files.createTempFile(path, ".writable", null));
    } catch (IOException e) {
      throw new UnusableInputException(
          "%s %s cannot be written to: %s.".formatted(option, path, why(e)));
    }
  }

  /**
   * Refuses a directory with anything in it: what is left from another run would be taken for this
   * one's, and what somebody else keeps in it would be overwritten.
   */
  public void requireEmpty() {
    try (Stream<Path> files = Files.list(path)) {
      Optional<Path> first = files.sorted().findFirst();
      if (first.isPresent()) {
        throw new UnusableInputException(
            "%s %s is not empty (it holds %s); name a new directory."
                .formatted(option, path, first.get().getFileName()));
      }
    } catch (IOException e) {
      throw new UnusableInputException("%s %s cannot be read: %s.".formatted(option, path, why(e)));
    }
  }

  /**
   * Refuses a directory in which the result of a shard would be replaced by the result of all.
   *
   * @param shards the results that are put together
   * @param name of the file that is written
   */
  public void requireNoneReplaced(List<Path> shards, String name) {
    Path own = path.resolve(name).toAbsolutePath().normalize();
    if (shards.stream().anyMatch(file -> file.toAbsolutePath().normalize().equals(own))) {
      throw new UnusableInputException(
          "%s %s would replace the result of a shard; name another directory."
              .formatted(option, path));
    }
  }

  private static String why(IOException failure) {
    return switch (failure) {
      case AccessDeniedException denied -> "permission denied";
      case FileAlreadyExistsException exists -> exists.getFile() + " is not a directory";
      case NoSuchFileException missing -> "nothing can be made there";
      case FileSystemException system when system.getReason() != null ->
          system.getFile() + ": " + system.getReason();
      default -> String.valueOf(failure.getMessage());
    };
  }
}
