package io.github.containersnap.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Whether somebody else than root could change what lies at a path, and so run it as root. */
final class FileTrust {
  private static final int TYPE = 0170000;
  private static final int LINK = 0120000;
  private static final int DIRECTORY = 0040000;
  private static final int STICKY = 01000;
  private static final int GROUP_WRITES = 020;
  private static final int OTHERS_WRITE = 02;

  private FileTrust() {}

  /**
   * Why {@code path} is not root's alone, in words without a full stop; empty if it is. The path,
   * what its links lead to, and all directories above both must belong to root, and nobody else may
   * write to them. In a sticky directory such as /tmp nobody can replace what is root's.
   *
   * @throws IOException if {@code path} cannot be looked at, or leads nowhere
   */
  static Optional<String> objection(Path path) throws IOException {
    for (Path part : parts(path)) {
      Map<String, Object> attributes =
          Files.readAttributes(part, "unix:uid,gid,mode", LinkOption.NOFOLLOW_LINKS);
      int uid = number(attributes, "uid");
      int mode = number(attributes, "mode");
      if (uid != 0) {
        return Optional.of("%s belongs to user %d, not to root".formatted(part, uid));
      }
      if (isWritable(mode, number(attributes, "gid"))) {
        return Optional.of("%s can be written to by others than root".formatted(part));
      }
    }
    return Optional.empty();
  }

  private static int number(Map<String, Object> attributes, String name) {
    return (int) Objects.requireNonNull(attributes.get(name));
  }

  private static boolean isWritable(int mode, int gid) {
    boolean protects = (mode & TYPE) == DIRECTORY && (mode & STICKY) != 0;
    if ((mode & TYPE) == LINK || protects) {
      return false;
    }
    return (mode & OTHERS_WRITE) != 0 || ((mode & GROUP_WRITES) != 0 && gid != 0);
  }

  private static Set<Path> parts(Path path) throws IOException {
    Set<Path> parts = new LinkedHashSet<>();
    for (Path end : new Path[] {path.toAbsolutePath().normalize(), path.toRealPath()}) {
      for (Path part = end; part != null; part = part.getParent()) {
        parts.add(part);
      }
    }
    return parts;
  }
}
