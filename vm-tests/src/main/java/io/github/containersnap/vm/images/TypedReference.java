package io.github.containersnap.vm.images;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a user typed for an image, taken apart; nothing has been read yet. */
sealed interface TypedReference {

  /** An OCI layout directory. */
  record Layout(Path directory, Optional<String> tag) implements TypedReference {}

  /** An archive file; without a kind, its content decides. */
  record Archive(Path file, Optional<ArchiveKind> kind, Optional<String> tag)
      implements TypedReference {}

  /**
   * An image in this machine's container storage.
   *
   * @param ifAbsent what to say if there is none
   */
  record Stored(String name, String ifAbsent) implements TypedReference {}

  /** Transports that skopeo knows and that are refused here, so that they get a better answer. */
  List<String> REMOTE = List.of("docker:", "docker-daemon:", "dir:", "ostree:", "sif:", "tarball:");

  /** What is understood, for messages. */
  String FORMS =
      "an OCI layout directory, an oci-archive or docker-archive file, or the name of an image in"
          + " this machine's container storage";

  /**
   * Takes {@code typed} apart.
   *
   * @throws ImageInputException if it can be none of the forms
   */
  static TypedReference parse(String typed) {
    if (typed.isBlank() || typed.chars().anyMatch(Character::isISOControl)) {
      throw new ImageInputException("'" + typed.strip() + "'", "is no image: give " + FORMS + ".");
    }
    for (String transport : REMOTE) {
      if (typed.startsWith(transport)) {
        throw new ImageInputException(typed, "cannot be used here: give " + FORMS + ".");
      }
    }
    if (typed.startsWith("oci:")) {
      PathAndTag parts = PathAndTag.split(typed, typed.substring("oci:".length()));
      return new Layout(parts.path(), parts.tag());
    }
    for (ArchiveKind kind : ArchiveKind.values()) {
      String prefix = kind.transport() + ":";
      if (typed.startsWith(prefix)) {
        PathAndTag parts = PathAndTag.split(typed, typed.substring(prefix.length()));
        return new Archive(parts.path(), Optional.of(kind), parts.tag());
      }
    }
    if (typed.startsWith("containers-storage:")) {
      return new Stored(
          typed.substring("containers-storage:".length()),
          "is not in this machine's container storage (podman images lists what is).");
    }
    return bare(typed);
  }

  private static TypedReference bare(String typed) {
    Path path = PathAndTag.path(typed, typed);
    if (Files.isDirectory(path)) {
      return new Layout(path, Optional.empty());
    }
    if (Files.exists(path)) {
      return new Archive(path, Optional.empty(), Optional.empty());
    }
    if (typed.matches("[./~].*|.*[.](tar|tgz|gz|xz|zst|bz2|oci)")
        || !typed.matches("[A-Za-z0-9][A-Za-z0-9._/:@-]*")) {
      throw new ImageInputException(typed, "does not exist: there is no such file or directory.");
    }
    return new Stored(
        typed,
        "is no image that can be found: there is no such file or directory, and no such image in"
            + " this machine's container storage.");
  }

  /** A path, and what follows its last colon if the path does not exist with it. */
  record PathAndTag(Path path, Optional<String> tag) {
    static PathAndTag split(String typed, String text) {
      Path whole = path(typed, text);
      int colon = text.lastIndexOf(':');
      // Archives of Docker are asked for NAME:TAG, so the path may end at an earlier colon.
      while (colon > 0 && !Files.exists(whole)) {
        Path shorter = path(typed, text.substring(0, colon));
        if (Files.exists(shorter)) {
          return new PathAndTag(shorter, Optional.of(text.substring(colon + 1)));
        }
        colon = text.lastIndexOf(':', colon - 1);
      }
      if (!Files.exists(whole)) {
        throw new ImageInputException(typed, "does not exist: there is no such file or directory.");
      }
      return new PathAndTag(whole, Optional.empty());
    }

    static Path path(String typed, String text) {
      try {
        return Path.of(text).toAbsolutePath();
      } catch (InvalidPathException e) {
        throw new ImageInputException(typed, "is no usable path: " + e.getReason() + ".");
      }
    }
  }
}
